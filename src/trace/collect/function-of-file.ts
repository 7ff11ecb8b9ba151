const ignored = [
  /^\d+$/, // parts of an export: 000000.gz
  /^[0-9a-f]{8}-[0-9a-f]{4}-/i, // its task
  /^\d{4}-\d\d-\d\d-?\[/, // its streams
  /^\d{4}$|^\d\d$/, // days as folders
  /^aws-logs-write-test$/,
];

/**
 * The function that a file is of, by its path: a folder `aws/lambda/NAME` or `aws-lambda-NAME`, else the file's own name
 * without dates and numbers, else the nearest folder that is none of an export's.
 */
export function functionOfFile(file: string): string {
  const parts = file
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    // Names in an archive may be of any length.
    .map((part) => part.slice(0, LONGEST_NAME));
  const at = parts.findIndex((part, k) => part === 'lambda' && parts[k - 1] === 'aws');
  const named = at < 0 ? parts.map((part) => /^aws-lambda-(.+)$/.exec(part)?.[1]).find(Boolean) : parts[at + 1];
  if (named !== undefined && named !== parts.at(-1)) return bare(named);
  for (const part of parts.reverse()) {
    const name = bare(part);
    if (name !== '' && !ignored.some((pattern) => pattern.test(part) || pattern.test(name))) return name;
  }
  return 'lambda';
}

const LONGEST_NAME = 1000;

/** A name without endings of files, dates and numbers of parts. */
function bare(part: string): string {
  const name = part.replace(/(\.(log|txt|json|ndjson|jsonl|csv|gz|zip|parquet|out))+$/i, '');
  const plain = name
    .replace(/[-_. ]*\d{4}-?\d\d-?\d\d([-_T]?\d\d[:_-]?\d\d([:_-]?\d\d)?Z?)?/g, '')
    .replace(/[-_. (]*\d+\)?$/, '');
  return plain.replace(/^[-_. ]+|[-_. ]+$/g, '') || name;
}
