import {Args, Flags} from '@oclif/core';
import type {ScaleRequest} from '../../tasks/scaling/read-demand.ts';
import {countFlag, factorFlag} from './value-flags.ts';

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
};

/** What those flags have been read as. */
export interface ScaleFlags {
  readonly scale?: number | undefined;
  readonly 'scale-by'?: string | undefined;
  readonly seed?: number | undefined;
}

/** What they ask for; undefined: the traffic of the trace. */
export function scalingOf({scale = 1, 'scale-by': by, seed = 1}: ScaleFlags): ScaleRequest | undefined {
  return scale === 1 && by === undefined ? undefined : {scale, by, seed};
}

/** Flags that every command takes. */
export const commonFlags = {
  quiet: Flags.boolean({char: 'q', summary: 'No progress, no warnings.', ...globalGroup}),
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

/** For commands that write an artifact. */
export const outputFlags = {
  force: Flags.boolean({char: 'f', summary: 'Overwrite an existing output.', ...globalGroup}),
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

/** For commands whose result is a report of a row a policy. */
export const reportFlags = {
  csv: Flags.boolean({summary: 'One CSV line a policy with every number.', exclusive: ['json']}),
  out: Flags.string({char: 'o', default: '-', summary: 'Where the report goes.'}),
};
