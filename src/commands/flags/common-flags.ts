import {Args, Flags} from '@oclif/core';
import {periods} from '../../base/period.ts';
import {type BurstRequest, readBurst} from '../../tasks/scaling/burst.ts';
import type {Growth} from '../../tasks/scaling/growth.ts';
import type {ScaleRequest} from '../../tasks/scaling/read-demand.ts';
import {countFlag, factorFlag, valueFlag} from './value-flags.ts';

const globalGroup = {helpGroup: 'GLOBAL'};

/** The workload of every command that reads one. */
export const workloadArg = {
  workload: Args.string({required: true, ignoreStdin: true, description: 'workload file, - for stdin'}),
};

/** How much traffic, for every command that reads a workload. */
export const demandFlags = {
  scale: factorFlag({
    helpValue: 'FACTOR',
    summary: 'Traffic times this, such as 1.3 or 130%: calls are thinned out, or copies of them added.',
    helpGroup: 'DEMAND',
  }),
  'scale-by': Flags.string({
    helpValue: 'FILE',
    summary: 'The same by function, app, owner, team or trigger: CSV of these and scale; others take --scale.',
    helpGroup: 'DEMAND',
  }),
  burst: valueFlag(readBurst)({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'at=4h,for=60s,rate=100000',
    summary:
      'Calls that come besides: a rate a second, of functions=NAME or *, shape=flat, ramp, triangle or decay. May be repeated.',
    helpGroup: 'DEMAND',
  }),
};

/** What those flags have been read as. */
export interface ScaleFlags {
  readonly scale?: number | undefined;
  readonly 'scale-by'?: string | undefined;
  readonly burst?: readonly BurstRequest[] | undefined;
  readonly seed?: number | undefined;
  /** A key of files of settings, which has no flag. */
  readonly growth?: Growth | undefined;
}

/** What they ask for; undefined: the traffic of the trace. */
export function scalingOf(flags: ScaleFlags): ScaleRequest | undefined {
  const {scale = 1, 'scale-by': by, burst: bursts, seed = 1, growth} = flags;
  const asIs = scale === 1 && by === undefined && growth === undefined && bursts === undefined;
  return asIs ? undefined : {scale, by, growth, bursts, seed};
}

/** Flags that every command takes. */
export const commonFlags = {
  quiet: Flags.boolean({char: 'q', summary: 'No progress, no warnings.', ...globalGroup}),
  profile: Flags.string({
    helpValue: 'FILE',
    summary: 'Settings to go by, JSON; flags win. [default: coldfront.json, where it is there]',
    ...globalGroup,
  }),
  set: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'KEY=VALUE',
    summary: 'One setting, as in such a file: growth=5%,until=2027-06-30.',
    ...globalGroup,
  }),
  debug: Flags.boolean({summary: 'Print the stack of an error.', ...globalGroup}),
  markdown: Flags.boolean({summary: 'Tables as Markdown has them.', ...globalGroup}),
  progress: Flags.option({
    options: ['auto', 'none', 'json'] as const,
    default: 'auto' as const,
    summary: 'Progress on stderr: on a terminal, never, or as lines of JSON.',
    ...globalGroup,
  })(),
  'no-color': Flags.boolean({summary: 'No colour, as with NO_COLOR.', ...globalGroup}),
};

/** For commands that a scenario may stand behind. */
export const scenarioFlag = {
  scenario: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FILE',
    summary:
      'Settings of this run, JSON as coldfront.json; flags win. May be repeated, and its lists span a grid: a row each.',
    helpGroup: 'SCENARIO',
  }),
};

/** For commands that write an artifact. */
export const outputFlags = {
  force: Flags.boolean({char: 'f', summary: 'Overwrite an existing output.', ...globalGroup}),
};

/** In which span dollars are told where people read. */
export const perFlag = {
  per: Flags.option({
    options: periods,
    summary: 'Dollars of tables are of a day, of 30 days or of 365; JSON and CSV tell them as ever. [default: day]',
    helpGroup: 'PRICES',
  })(),
};

/** A workload that is made. */
export const workloadOutFlag = {
  out: Flags.string({char: 'o', required: true, summary: 'Workload file to write, - for stdout.'}),
};

/** An artifact that may be written besides the report; `what` begins the sentence: `Plan file`. */
export function artifactFlag(what: string) {
  return {out: Flags.string({char: 'o', helpValue: 'FILE', summary: `${what} to write, - for stdout.`})};
}

/** `what` is what a line on stderr will say: `the rate`. */
export function timingFlag(what: string) {
  return {timing: Flags.boolean({summary: `Print ${what} on stderr.`})};
}

export const seedFlag = {
  seed: countFlag(0)({default: 1, summary: 'Seed of every random draw.', ...globalGroup}),
};

export const threadsFlag = {
  threads: countFlag(1)({summary: 'Worker threads; the result is the same for any number.', ...globalGroup}),
};

const tablesGroup = {helpGroup: 'TABLES'};

/** For commands whose report has tables. */
export const tableFlags = {
  csv: Flags.boolean({
    summary: 'The first table, or that of --table, as CSV: every field of every row.',
    exclusive: ['json', 'markdown'],
    ...tablesGroup,
  }),
  table: Flags.string({
    helpValue: 'NAME',
    summary: 'This table alone; a name that is none lists them.',
    exclusive: ['json'],
    ...tablesGroup,
  }),
  sort: Flags.string({
    helpValue: 'COLUMN[:desc],...',
    summary: 'Rows in this order, by names as CSV has them: cold_share:desc.',
    exclusive: ['json'],
    ...tablesGroup,
  }),
  columns: Flags.string({
    helpValue: 'COLUMN,...',
    summary: 'These columns, in this order; others that CSV has too.',
    exclusive: ['json'],
    ...tablesGroup,
  }),
};

/** For those of them that show all rows unless somebody wants fewer. */
export const topFlag = {
  top: countFlag(0)({helpValue: 'N', summary: 'So many rows at most.', exclusive: ['json'], ...tablesGroup}),
};

/** For commands whose report may go into a file. */
export const reportFlags = {
  ...tableFlags,
  ...topFlag,
  out: Flags.string({char: 'o', default: '-', summary: 'Where the report goes.'}),
};
