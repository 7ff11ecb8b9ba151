import {US_PER_DAY, US_PER_MINUTE} from '../../base/units.ts';
import {appsOf} from '../apps.ts';
import {LabelTable, numberedColumn, numberedTexts} from '../columns.ts';
import type {LabelColumn, Workload} from '../workload.ts';
import {copyDurations} from './copied-durations.ts';
import {fitBehaviour} from './fitted-behaviour.ts';
import {MINUTES_PER_DAY, type Population} from './population.ts';
import {shuffled} from './shuffled.ts';
import {streamOf} from './streams.ts';

/**
 * A population of any size that looks like a trace's: whole apps of it dealt again and again, each function with the
 * trigger, memory, durations, hours, clock and burstiness of its original. Rates are the trace's quantiles, read between
 * its functions where there are more of these. Names are new.
 */
export function likePopulation(trace: Workload, functions: number, seed: number): Population {
  const deal = dealApps(trace, functions, seed);
  const {original} = deal;
  const clock = {startTime: trace.meta.startTime, originUs: trace.meta.originUs, minuteOfWeek: minuteOfWeek(trace)};
  const fitted = fitBehaviour(trace, clock.minuteOfWeek);
  const take = <T extends Uint8Array | Uint32Array | Int32Array | Float32Array | Float64Array>(column: T): T => {
    const taken = new (column.constructor as new (length: number) => T)(functions);
    for (let f = 0; f < functions; f++) taken[f] = column[original[f]!]!;
    return taken;
  };
  return {
    functions,
    name: numberedColumn('f', functions),
    app: {id: deal.app, values: numberedTexts('app', deal.apps)},
    owner: deal.owner,
    trigger: {id: take(trace.trigger.id), values: trace.trigger.values},
    memoryMib: take(trace.memoryMib),
    ...quantileRates(fitted.callsPerDay, original, seed),
    periodic: take(fitted.periodic),
    period: take(fitted.period),
    phase: take(fitted.phase),
    lateShare: take(fitted.lateShare),
    burstiness: take(fitted.burstiness),
    persistence: take(fitted.persistence),
    shape: take(fitted.shape),
    shapes: fitted.shapes,
    durations: (calls, meanMs) => copyDurations(trace, original, calls, meanMs),
    clock,
    licence: trace.meta.licence,
  };
}

interface Deal {
  /** Row of the trace that each function is a copy of. */
  readonly original: Int32Array;
  readonly app: Int32Array;
  readonly apps: number;
  readonly owner: LabelColumn;
}

/** Deals the trace's apps in random order, all of them before any a second time; the last app may be cut. */
function dealApps(trace: Workload, functions: number, seed: number): Deal {
  const {app: appOf, count} = appsOf(trace);
  const members: number[][] = Array.from({length: count}, () => []);
  for (let f = 0; f < trace.functions; f++) members[appOf[f]!]!.push(f);
  const order = shuffled(count, streamOf(seed, 'templates'));
  const [original, app, ownerId] = [new Int32Array(functions), new Int32Array(functions), new Int32Array(functions)];
  const owners = new LabelTable();
  const teams = new Map<number, number>();
  let apps = 0;
  for (let f = 0; f < functions; apps++) {
    const round = Math.floor(apps / count);
    for (const row of members[order[apps % count]!]!) {
      if (f === functions) break;
      original[f] = row;
      app[f] = apps;
      // Each round has owners of its own, so that their sizes stay.
      const key = round * trace.owner.values.length + trace.owner.id[row]!;
      const team = teams.get(key) ?? owners.idOf(`team${teams.size + 1}`);
      teams.set(key, team);
      ownerId[f++] = team;
    }
  }
  return {original, app, apps, owner: {id: ownerId, values: owners.values}};
}

/** Rates for copies of functions with these rates: the busiest copy gets the highest quantile, and so on. */
function quantileRates(
  callsPerDay: Float64Array,
  original: Int32Array,
  seed: number,
): Pick<Population, 'callsPerDay' | 'order'> {
  const functions = original.length;
  const sorted = callsPerDay.slice().sort();
  const tie = shuffled(functions, streamOf(seed, 'templates', 1));
  const order = Uint32Array.from({length: functions}, (_, f) => f);
  order.sort((a, b) => callsPerDay[original[b]!]! - callsPerDay[original[a]!]! || tie[a]! - tie[b]!);
  const rates = new Float64Array(functions);
  for (let rank = 0; rank < functions; rank++) {
    const at = Math.max(0, Math.min(sorted.length - 1, (1 - (rank + 0.5) / functions) * sorted.length - 0.5));
    const low = sorted[Math.floor(at)]!;
    const high = sorted[Math.ceil(at)]!;
    // Nothing lies between a function that is never called and one that is.
    rates[order[rank]!] = low > 0 ? low * (high / low) ** (at - Math.floor(at)) : sorted[Math.round(at)]!;
  }
  return {callsPerDay: rates, order};
}

/** Minute of the week at time 0, Monday 00:00 = 0; a trace that names no date starts on a Monday. */
function minuteOfWeek({meta}: Workload): number {
  const date = new Date(meta.startTime);
  if (!Number.isNaN(date.getTime())) {
    return ((date.getUTCDay() + 6) % 7) * MINUTES_PER_DAY + date.getUTCHours() * 60 + date.getUTCMinutes();
  }
  return Math.floor((((meta.originUs % US_PER_DAY) + US_PER_DAY) % US_PER_DAY) / US_PER_MINUTE);
}
