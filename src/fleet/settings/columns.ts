import {oneOf} from '../../base/parameters.ts';
import {type Reader, readAmount, readLengthUs, readPositive, readRoomMib, wholeReader} from '../../base/readers.ts';
import {parseTimeUs} from '../../base/units.ts';

/** What may be said of a function as a number: how it is written, what it means, and what is made of it. */
interface NumberColumn {
  readonly type: 'count' | 'number' | 'time' | 'size' | 'yes or no';
  readonly summary: string;
  readonly read: Reader<number>;
  /** What a cell must be, for messages. */
  readonly rule: string;
}

const count = (summary: string, least = 0): NumberColumn => ({
  type: 'count',
  summary,
  read: wholeReader(least, 2 ** 31 - 1),
  rule: `a whole number of at least ${least}`,
});
const time = (summary: string, read: Reader<number> = parseTimeUs, rule = 'a time with a unit'): NumberColumn => ({
  type: 'time',
  summary,
  read,
  rule: `${rule}, such as 500ms or 10m`,
});
const yesOrNo = (summary: string): NumberColumn => {
  const {parse} = oneOf(['yes', 'no'], summary);
  return {
    type: 'yes or no',
    summary,
    read: (text, what) => (parse(text, what) === 'yes' ? 1 : 0),
    rule: "'yes' or 'no'",
  };
};
const positive = (summary: string): NumberColumn => ({
  type: 'number',
  summary,
  read: readPositive,
  rule: 'a number above 0',
});

/** The columns that hold numbers. Times are whole microseconds, sizes MiB, yes is 1 and no 0. */
export const numberColumns = {
  concurrency: {
    ...count('Calls that an instance serves at once; 0: no limit.'),
    read: (text, what) => wholeReader(0, 2 ** 31 - 1)(text, what) || Number.POSITIVE_INFINITY,
  },
  min: count('Instances that are ready from the start on and never evicted or expired.'),
  max: count('Instances at most.'),
  pin: count('Slots that a plan gives it, exactly.'),
  reserved: count('Calls in flight at most; others cannot use these slots.'),
  ttl: time('How long its idle instances are kept, whatever the policy says.'),
  timeout: time('A call that runs longer is cut, and its instance destroyed.', readLengthUs, 'a time above 0'),
  priority: count('Place in the order of a priority queue; 0, the default, goes first.'),
  deadline: time('A call is to start within this time of its arrival.'),
  value: {type: 'number', summary: 'What a call is worth.', read: readAmount, rule: 'a number of at least 0'},
  half_life: time('In which the value of a waiting call halves.', readLengthUs, 'a time above 0'),
  weight: positive("Weight of the function's team."),
  memory: {type: 'size', summary: 'Memory of an instance.', read: readRoomMib, rule: 'a size such as 512MiB'},
  cpu: positive('vCPUs of an instance.'),
  async: yesOrNo('Nobody waits for the answer.'),
  idempotent: yesOrNo('A call may run twice.'),
} as const satisfies Record<string, NumberColumn>;
export type NumberColumnName = keyof typeof numberColumns;

/** The columns that hold names. */
export const textColumns = {
  team: 'Team that the function belongs to, instead of its owner.',
  class: 'Class of contention.',
  cold: 'Cold time, as --cold has it.',
} as const;
export type TextColumnName = keyof typeof textColumns;

/** What says whom a row is for; `*` or nothing as function: all of the app and owner. */
export const whomColumns = ['function', 'app', 'owner'] as const;

export const settingColumns: readonly string[] = [
  ...whomColumns,
  ...Object.keys(numberColumns),
  ...Object.keys(textColumns),
];

/** A name by function: `values[id[row]]`; -1: none is given. */
export interface GivenLabels {
  readonly id: Int32Array; // [row]
  readonly values: readonly string[];
}

/** Quota of a team, in slots; NaN where it has none. */
export interface TeamQuota {
  readonly team: string;
  readonly reserved: number;
  readonly max: number;
}

/**
 * What is said of single functions, by row of the workload; columns in which nothing is said are left out. Plain data: it
 * crosses thread borders. NaN: not said of this function.
 */
export interface FunctionSettings {
  readonly numbers: Partial<Readonly<Record<NumberColumnName, Float64Array>>>; // [row]
  readonly labels: Partial<Readonly<Record<TextColumnName, GivenLabels>>>;
  readonly quotas: readonly TeamQuota[];
}

/** What is said in `column` of the function in `row`; `otherwise` where nothing is. */
export function settingOf(
  settings: FunctionSettings | undefined,
  column: NumberColumnName,
  row: number,
  otherwise: number,
): number {
  const value = settings?.numbers[column]?.[row] ?? Number.NaN;
  return Number.isNaN(value) ? otherwise : value;
}
