import {US_PER_MS} from '../../base/units.ts';
import type {PriceOrigin} from '../../cost/prices.ts';
import type {BaselineReport} from '../../cost/savings.ts';
import {objectives as known} from '../../plan/gate/check.ts';
import {type PlatformReport, platformReport} from '../../replay/report/replay-report.ts';
import {invocationsTotal} from '../../workload/workload.ts';
import type {Measured} from './measure.ts';
import type {CurveRow, ProbeTask} from './prober.ts';
import {exceptions, type Searched} from './search.ts';

/** One size that was replayed; over several seeds the worst of each figure, of dollars the mean. */
export interface SizeRow extends Measured {
  readonly value: number;
  readonly met: boolean;
  /** Seeds replayed: all of them, or up to the first that missed. */
  readonly seeds: number;
  /** Objectives missed, by their flags in `check`. */
  readonly missed: readonly string[];
}

/** One objective, and what the answer makes of it. */
export interface SizeObjective {
  /** Its flag in `check`. */
  readonly objective: string;
  readonly what: string;
  readonly side: 'at most' | 'at least';
  readonly unit: string;
  readonly limit: number;
  /** At the answer, or at the nearest miss; null: endless, or not to be told. */
  readonly value: number | null;
  readonly met: boolean;
  /** One step less would miss it. */
  readonly binds: boolean;
}

/** A part that was replayed first, to know where to look. */
export interface SizeSample {
  readonly apps: number;
  readonly ofApps: number;
  readonly invocations: number;
  /** Where it put the answer for all. */
  readonly estimate: number | null;
}

export interface SizeReport {
  readonly schema: 'coldfront.size/1';
  readonly find: string;
  readonly unit: string;
  /** The smallest, or for ttl the cheapest, that meets every objective with every seed; null: none does. */
  readonly answer: number | null;
  readonly policy: string;
  readonly workload: {
    readonly functions: number;
    readonly invocations: number;
    readonly spanMs: number;
    readonly source: string;
  };
  /** The fleet around the quantity; null: no limit, or it is what is sought. */
  readonly fleet: {
    readonly hosts: number | null;
    readonly slotsPerHost: number | null;
    readonly memoryMibPerHost: number | null;
    readonly cells: number;
  };
  readonly seeds: readonly number[];
  /** Demand was this much more, a share. */
  readonly headroom: number;
  readonly objectives: readonly SizeObjective[];
  /** Share of the functions that the limit of p99 start delay was asked of, each; null: of all calls together. */
  readonly functionsWithin: number | null;
  /** Ascending. */
  readonly curve: readonly SizeRow[];
  /** Values that miss, of whose replay nothing else is known: it was left when too many calls were late. Ascending. */
  readonly left?: readonly number[];
  /** Every value below the answer was replayed. */
  readonly exhaustive: boolean;
  /** Nothing tried above one that meets misses. */
  readonly monotone: boolean;
  /** Values that miss although a smaller one meets. */
  readonly exceptions: readonly number[];
  /** The largest value tried below the answer, and what it misses; null: there is none. */
  readonly oneStepLess: number | null;
  /** Where nothing meets: what comes nearest. */
  readonly nearestMiss: number | null;
  readonly sample?: SizeSample;
  /** What is run today, on the fleet that was found, and what the answer saves. */
  readonly baseline?: BaselineReport;
  readonly platform?: PlatformReport;
  readonly prices?: PriceOrigin;
}

/** The report of a search as plain data. */
export function sizeReport(
  task: ProbeTask,
  rows: readonly CurveRow[],
  {exhaustive}: Pick<Searched, 'exhaustive'>,
  {
    headroom,
    sample,
    left,
  }: {
    readonly headroom: number;
    readonly sample: SizeSample | undefined;
    readonly left: ReadonlyMap<number, string>;
  },
): SizeReport {
  const {find, workload, given, objectives, seeds} = task;
  const {options, policy} = given;
  const curve = [...rows].sort((a, b) => a.value - b.value);
  const isGrid = Array.isArray(find.tries);
  const meeting = curve.filter(({met}) => met);
  const best = isGrid ? meeting.toSorted((a, b) => a.usdPerDay - b.usdPerDay)[0] : meeting[0];
  const miss = best === undefined ? nearest(curve) : undefined;
  const misses = [...left].map(([value, flag]) => ({value, met: false, mark: '', missed: [flag]}));
  const tried = [...curve, ...misses].sort((a, b) => a.value - b.value);
  const less = best && tried.findLast(({value}) => value < best.value);
  const odd = isGrid ? turns(curve) : exceptions(tried);
  const {slots, memoryMib, count} = options.fleet;
  return {
    schema: 'coldfront.size/1',
    find: find.name,
    unit: find.unit,
    answer: best?.value ?? null,
    policy: find.name === 'provisioned' ? 'plan' : policy.text,
    workload: {
      functions: workload.functions,
      invocations: invocationsTotal(workload),
      spanMs: workload.meta.spanUs / US_PER_MS,
      source: workload.meta.source,
    },
    fleet: {
      hosts: find.name === 'hosts' ? null : finite(count),
      slotsPerHost: find.name === 'slots' ? null : finite(slots),
      memoryMibPerHost: find.name === 'memory' ? null : finite(memoryMib),
      cells: options.cells,
    },
    seeds,
    headroom,
    objectives: objectivesOf(task, best ?? miss, less),
    functionsWithin: objectives.functionsWithin ?? null,
    curve: curve.map(({outcomes, mark, isPlenty, ...row}) => row),
    ...(left.size > 0 && {left: [...left.keys()].sort((a, b) => a - b)}),
    exhaustive,
    monotone: odd.length === 0,
    exceptions: odd,
    oneStepLess: less?.value ?? null,
    nearestMiss: miss?.value ?? null,
    ...(sample && {sample}),
    ...(options.platform && {platform: platformReport(options.platform)}),
    ...(options.prices.origin && {prices: options.prices.origin}),
  };
}

function objectivesOf(
  {objectives: {limits}}: ProbeTask,
  at: CurveRow | undefined,
  less: Pick<CurveRow, 'missed'> | undefined,
) {
  return known
    .filter(({flag}) => limits[flag] !== undefined)
    .map(({flag, what, side, unit}): SizeObjective => {
      const found = (at?.outcomes ?? []).flatMap(({results}) => results.filter(({objective}) => objective === flag));
      const values = found.map(({value}) => value ?? Number.POSITIVE_INFINITY);
      const worst = side === 'at most' ? Math.max(...values) : Math.min(...values);
      return {
        ...{objective: flag, what, side, unit, limit: limits[flag]!},
        value: found.length > 0 ? finite(worst) : null,
        met: at !== undefined && !at.missed.includes(flag),
        binds: less?.missed.includes(flag) ?? false,
      };
    });
}

/** What misses by least: its worst objective is the fewest times its limit. */
function nearest(curve: readonly CurveRow[]): CurveRow | undefined {
  const excess = ({outcomes}: CurveRow): number =>
    Math.max(...outcomes.flatMap(({results}) => results.map(({value, limit}) => over(value, limit))));
  return curve.toSorted((a, b) => excess(a) - excess(b) || a.value - b.value)[0];
}

function over(value: number | null, limit: number): number {
  if (value === null || value === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return value <= limit ? 0 : limit > 0 ? value / limit : Number.MAX_VALUE;
}

/** Along a grid met values should lie side by side: those that miss between two that meet. */
function turns(curve: readonly CurveRow[]): number[] {
  const first = curve.findIndex(({met}) => met);
  const last = curve.findLastIndex(({met}) => met);
  return curve.filter(({met}, k) => !met && k > first && k < last).map(({value}) => value);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
