/**
 * The table of counts that the queries write and `ingest` reads: of each function a row a minute, a row a class of durations
 * and a row a class of cold times, so that every number is a sum, and tables may be put together. Columns that a row is not of
 * are NULL.
 */
export const countColumns = [
  // What a row of the raw log is: `calls`, or `counts` where the log itself counts, `counts of minutes` where by the minute.
  'rows_are',
  // What its times are: `calendar`, `epoch` or `relative`.
  'clock',
  // How the log is read: `lambda-json`, `otlp`, `csv`.
  'log',
  'owner',
  'app',
  'function',
  'trigger',
  'memory_mib',
  'minute',
  'duration_class',
  'cold_class',
  // Rows of the log, and the calls that they are.
  'log_rows',
  'calls',
  // Calls of which the duration is known, their sum, least and most.
  'timed',
  'duration_sum_us',
  'duration_min_us',
  'duration_max_us',
  'clamped',
  // Calls of which it is known how they started, those that were cold, and the sum of what cold starts took.
  'start_known',
  'cold',
  'cold_sum_us',
  // Why rows cannot be used.
  'problem',
] as const;
export type CountColumn = (typeof countColumns)[number];

/** Classes of lengths of time are 1.6 % wide. */
export const CLASSES_PER_E = 64;
