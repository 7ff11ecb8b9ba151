import {usageError} from '../../base/errors.ts';
import {parseTimeUs, US_PER_MS} from '../../base/units.ts';
import {MAX_FUNCTIONS, type SynthRequest} from './synth.ts';

/** The flags of `coldfront synth` as typed. */
export interface SynthFlags {
  readonly functions?: string | undefined;
  readonly teams?: string | undefined;
  readonly rate?: string | undefined;
  readonly span: string;
  readonly 'mean-duration'?: string | undefined;
  readonly like?: string | undefined;
  readonly seed: number;
  readonly out: string;
  readonly force: boolean;
}

/** What they ask for; a usage error names the flag that makes no sense. */
export function parseSynthFlags(flags: SynthFlags): SynthRequest {
  const {like, seed, out, force} = flags;
  return {
    functions: parseCount(flags.functions, '--functions', MAX_FUNCTIONS),
    teams: parseCount(flags.teams, '--teams', MAX_FUNCTIONS),
    ratePerSecond: parseRate(flags.rate),
    spanUs: parseTimeUs(flags.span, '--span'),
    meanDurationMs: parseDuration(flags['mean-duration']),
    like,
    seed,
    out,
    force,
  };
}

function parseCount(text: string | undefined, flag: string, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw usageError(`${flag} is '${text}', must be a whole number from 1 to ${most}`);
}

function parseRate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw usageError(`--rate is '${text}', must be calls per second, a number from 0, such as 250 or 11.5e6`);
}

function parseDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const us = parseTimeUs(text, '--mean-duration');
  if (us > 0 && Number.isFinite(us)) return us / US_PER_MS;
  throw usageError(`--mean-duration is '${text}', must be above 0`);
}
