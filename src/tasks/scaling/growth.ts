import {usageError} from '../../base/errors.ts';
import {oneOf, text} from '../../base/parameters.ts';
import {type Parameter, parseValues} from '../../base/part.ts';
import {numberReader} from '../../base/readers.ts';
import {parseShare, US_PER_DAY, US_PER_MS} from '../../base/units.ts';
import type {WorkloadMeta} from '../../workload/workload.ts';

/** Traffic that grows at a rate until a day. */
export interface Growth {
  /** As it was written. */
  readonly text: string;
  /** A period, .05 for 5 %. */
  readonly rate: number;
  readonly periodUs: number;
  /** Microseconds since 1970. */
  readonly untilUs: number;
  /** NaN: from the end of the trace. */
  readonly fromUs: number;
}

const days = {day: 1, week: 7, month: 30, year: 365} as const;

const rate: Parameter<number> = {
  default: undefined,
  example: '5%',
  type: 'share',
  summary: 'growth a period; below 0 it shrinks',
  bare: true,
  parse: (given, what) => {
    const share = parseShare(given);
    if (share > -1 && Number.isFinite(share)) return share;
    throw usageError(`${what} is '${given}', must be a share above -100 %, such as 5%`);
  },
};

const parameters = {
  rate,
  per: oneOf(Object.keys(days) as (keyof typeof days)[], 'the period; a month is 30 days, a year 365', {
    default: 'month',
  }),
  until: text('date', 'the day that is asked about', {example: '2027-06-30'}),
  from: text('date', 'when traffic was as in the trace', {default: 'end'}),
};

/** Reads `5%,per=month,until=2027-06-30[,from=2026-12-31]`; `what` names the key. */
export function readGrowth(given: string, what: string): Growth {
  const values = parseValues(given, parameters, {name: 'growth', what, said: `${what} is '${given}'`});
  const dateUs = (date: string, name: string): number => readDate(date, `${what}:${name}`) * US_PER_MS;
  return {
    text: given,
    rate: values.rate,
    periodUs: days[values.per] * US_PER_DAY,
    untilUs: dateUs(values.until, 'until'),
    fromUs: values.from === 'end' ? Number.NaN : dateUs(values.from, 'from'),
  };
}

function readDate(given: string, what: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}/.test(given) ? Date.parse(given) : Number.NaN;
  return numberReader('a date such as 2027-06-30', () => true)(Number.isNaN(ms) ? `'${given}'` : String(ms), what);
}

/** How much more traffic there is on that day than in the trace. */
export function growthFactor({rate, periodUs, untilUs, fromUs, text}: Growth, meta: WorkloadMeta): number {
  const endUs = Date.parse(meta.startTime) * US_PER_MS + meta.spanUs;
  const from = Number.isNaN(fromUs) ? endUs : fromUs;
  if (Number.isNaN(from)) {
    throw usageError(
      `growth is '${text}', but the trace does not say on which day it ends`,
      'add from=DATE to it: the day on which traffic was as in the trace',
    );
  }
  if (untilUs < from) {
    throw usageError(
      `growth is '${text}', which ends before it begins, on ${new Date(from / US_PER_MS).toISOString().slice(0, 10)}`,
    );
  }
  return (1 + rate) ** ((untilUs - from) / periodUs);
}
