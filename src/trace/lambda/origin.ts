/** Where a message of a log comes from, as far as it is said. */
export interface Origin {
  /** Name of the log group. */
  readonly group: string;
  /** Name of the log stream: one execution environment. */
  readonly stream: string;
}

export const nowhere: Origin = {group: '', stream: ''};

const stream = /\d{4}\/\d\d\/\d\d\/([\w-]*)\[[^\]\s]*\][\w-]+/;

/** The name of a stream within a text; '' if there is none. */
export function streamIn(text: string): string {
  return stream.exec(text)?.[0] ?? '';
}

/** The function that a log group or stream is of; '' where they do not say. A stream of a shared group names it. */
export function functionOf({group, stream: name}: Origin): string {
  const ofGroup = /(?:^|[/:])aws\/lambda\/(?:us-east-1\.)?([^/\s:]+)/.exec(group)?.[1];
  return ofGroup ?? stream.exec(name)?.[1] ?? '';
}
