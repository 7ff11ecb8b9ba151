import {usageError} from '../../base/errors.ts';
import {US_PER_MS} from '../../base/units.ts';
import {amountFlag, portionFlag, timeFlag, valueFlag} from './value-flags.ts';

const objectiveGroup = {helpGroup: 'OBJECTIVES'};

/** Whole numbers, each once. */
export const seedsFlag = valueFlag((text, flag) => {
  const seeds = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (seeds.every(Number.isSafeInteger) && new Set(seeds).size === seeds.length) return seeds;
  throw usageError(`${flag} is '${text}', must be whole numbers, each once, such as 1,2,3`);
});

/** What is asked of a replay. */
export const objectiveFlags = {
  'p99-start': timeFlag({
    helpValue: 'TIME',
    summary: 'Start delay that 99 % of all calls keep.',
    exclusive: ['p99-start-ms'],
    ...objectiveGroup,
  }),
  'p99-start-ms': amountFlag({helpValue: 'MS', summary: 'The same in milliseconds.', ...objectiveGroup}),
  'p999-start': timeFlag({helpValue: 'TIME', summary: 'The same of 99.9 %.', ...objectiveGroup}),
  'p99-cold': timeFlag({helpValue: 'TIME', summary: 'Cold time that 99 % of cold starts keep.', ...objectiveGroup}),
  'cold-share': portionFlag({
    helpValue: 'SHARE',
    summary: 'Share of calls that are cold at most.',
    ...objectiveGroup,
  }),
  'max-usd-per-day': amountFlag({helpValue: 'USD', summary: 'Cost a day at most.', ...objectiveGroup}),
  'functions-within': portionFlag({
    helpValue: 'SHARE',
    summary: 'This share of the functions keeps --p99-start each, instead of all calls together.',
    ...objectiveGroup,
  }),
};

/** Objectives by the flags that `check` has for them. */
export function limitsOf(flags: ObjectiveFlags): Record<string, number> {
  const limits: Record<string, number | undefined> = {
    'p99-start-ms': flags['p99-start-ms'] ?? inMs(flags['p99-start']),
    'p999-start-ms': inMs(flags['p999-start']),
    'p99-cold-ms': inMs(flags['p99-cold']),
    'max-cold-share': flags['cold-share'],
    'max-usd-per-day': flags['max-usd-per-day'],
  };
  const given = Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined);
  if (given.length === 0) {
    throw usageError(
      'there is no objective to meet',
      'give --p99-start, --p999-start, --p99-cold, --cold-share or --max-usd-per-day',
    );
  }
  const found = Object.fromEntries(given);
  if (flags['functions-within'] !== undefined && found['p99-start-ms'] === undefined) {
    throw usageError('--functions-within is of --p99-start, which is not given', 'add --p99-start');
  }
  return found;
}

interface ObjectiveFlags {
  readonly 'p99-start': number | undefined;
  readonly 'p99-start-ms': number | undefined;
  readonly 'p999-start': number | undefined;
  readonly 'p99-cold': number | undefined;
  readonly 'cold-share': number | undefined;
  readonly 'max-usd-per-day': number | undefined;
  readonly 'functions-within': number | undefined;
}

function inMs(us: number | undefined): number | undefined {
  return us === undefined ? undefined : us / US_PER_MS;
}
