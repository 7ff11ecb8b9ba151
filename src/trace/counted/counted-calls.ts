import {US_PER_MINUTE, US_PER_MS} from '../../base/units.ts';
import {draftOf} from '../../workload/build/draft.ts';
import {MinuteBuilder} from '../../workload/build/minute-builder.ts';
import {OrderedCounts} from '../../workload/build/ordered-counts.ts';
import {unknowns} from '../../workload/columns.ts';
import {MAX_MINUTES} from '../../workload/limits.ts';
import type {DurationColumns, ObservedStarts} from '../../workload/workload.ts';
import {dated} from '../collect/dated.ts';
import type {TraceResult} from '../format.ts';
import {LengthClasses} from './length-classes.ts';
import {type CountedRow, type CountedSource, whoOf} from './row.ts';

/** Percentiles that a function's classes of durations are kept as, in percent: those of Azure's tables. */
const LEVELS = [0, 1, 25, 50, 75, 99, 100];
const SHARES = LEVELS.map((level) => level / 100);
/** Times of a clock of its own may lie before its zero; a builder's minutes do not. */
const ZERO_MINUTE = Math.floor(MAX_MINUTES / 2);

/** What is summed of a function's calls. */
interface Sums {
  timed: number;
  sumUs: number;
  minUs: number;
  maxUs: number;
  known: number;
  cold: number;
  /** Percentiles of its durations, once all of them are known. */
  ranked: readonly number[] | undefined;
}

/** Calls that were counted by the minute, with what is known of their durations and of how they started. */
export class CountedCalls {
  private readonly builder: MinuteBuilder | OrderedCounts;
  private readonly sums: Sums[] = [];
  /** Durations of functions that are not ranked yet. */
  private readonly classes = new Map<number, LengthClasses>();
  private lastFunction = -1;
  private readonly coldClasses = new LengthClasses();
  private clamped = 0;
  private calls = 0;

  /** `inOrder`: function by function, each by ascending minutes; then memory holds who they are, and not their counts. */
  constructor(inOrder: boolean) {
    this.builder = inOrder ? new OrderedCounts() : new MinuteBuilder();
  }

  /** False for what no minute is. @throws OutOfOrder where rows were to come in order */
  take(row: CountedRow): boolean {
    const {functions} = this.builder;
    const f = functions.idOf(...whoOf(row));
    if (this.builder instanceof OrderedCounts && f !== this.lastFunction) this.turnTo(f, this.builder);
    functions.setTrigger(f, row.text('trigger'));
    functions.raiseMemory(f, row.number('memory_mib'));
    this.sums[f] ??= noSums();
    const minute = row.number('minute');
    if (!Number.isNaN(minute)) return this.takeMinute(row, f, minute);
    const durations = row.number('duration_class');
    if (!Number.isNaN(durations)) {
      this.classesOf(f).add(durations, row.number('timed'), row.number('duration_sum_us'));
    }
    const starts = row.number('cold_class');
    if (!Number.isNaN(starts)) this.coldClasses.add(starts, row.number('cold'), row.number('cold_sum_us'));
    return true;
  }

  finish({clock, name}: CountedSource): TraceResult {
    const {sums, builder} = this;
    const known = Float64Array.from(sums, (its) => its.known);
    const cold = Float64Array.from(sums, (its) => its.cold);
    const all = (column: Float64Array): number => column.reduce((sum, calls) => sum + calls, 0);
    const timed = sums.reduce((sum, its) => sum + its.timed, 0);
    const meta = {source: name, startTime: '', licence: '', clampedDurations: this.clamped};
    const finished = builder.finish(meta, this.durations());
    const {meta: shifted, ...draft} = 'lists' in finished ? finished : draftOf(finished);
    const isEmpty = shifted.spanUs === 0;
    const originUs = isEmpty ? 0 : shifted.originUs - ZERO_MINUTE * US_PER_MINUTE;
    const observed: ObservedStarts = {known, cold, ...this.coldClasses.columns()};
    const whole = {...draft, meta: {...shifted, originUs}, ...(all(known) > 0 ? {observed} : {})};
    return {
      draft: dated(whole, clock),
      notes: [],
      calls: {withoutDuration: this.calls - timed, withoutStart: this.calls - all(known), cold: all(cold)},
    };
  }

  private classesOf(f: number): LengthClasses {
    const known = this.classes.get(f);
    if (known !== undefined) return known;
    const own = new LengthClasses();
    this.classes.set(f, own);
    return own;
  }

  /** The function before has told all of its durations. */
  private turnTo(f: number, ordered: OrderedCounts): void {
    if (f < this.lastFunction) throw ordered.outOfOrder();
    if (this.lastFunction >= 0) this.rank(this.lastFunction);
    this.lastFunction = f;
  }

  private rank(f: number): void {
    this.sums[f]!.ranked = this.classes.get(f)?.ranked(SHARES) ?? [];
    this.classes.delete(f);
  }

  private takeMinute(row: CountedRow, f: number, minute: number): boolean {
    const calls = row.number('calls');
    if (!this.builder.add(f, minute + ZERO_MINUTE, calls)) return false;
    const its = this.sums[f]!;
    this.calls += calls;
    this.clamped += row.number('clamped');
    its.timed += row.number('timed');
    its.sumUs += row.number('duration_sum_us');
    const [minUs, maxUs] = [row.number('duration_min_us'), row.number('duration_max_us')];
    if (minUs < its.minUs) its.minUs = minUs;
    if (maxUs > its.maxUs) its.maxUs = maxUs;
    its.known += row.number('start_known');
    its.cold += row.number('cold');
    return true;
  }

  private durations(): DurationColumns {
    const {sums} = this;
    const columns = {meanMs: unknowns(sums.length), minMs: unknowns(sums.length), maxMs: unknowns(sums.length)};
    const percentileMs = unknowns(sums.length * LEVELS.length);
    for (const [f, {timed, sumUs, minUs, maxUs, ranked}] of sums.entries()) {
      if (timed === 0) continue;
      columns.meanMs[f] = sumUs / timed / US_PER_MS;
      columns.minMs[f] = minUs / US_PER_MS;
      columns.maxMs[f] = maxUs / US_PER_MS;
      const inside = ranked ?? this.classesOf(f).ranked(SHARES);
      for (const [k, us] of inside.entries()) {
        const own = LEVELS[k] === 0 ? minUs : LEVELS[k] === 100 ? maxUs : us;
        percentileMs[f * LEVELS.length + k] = Math.min(maxUs, Math.max(minUs, own)) / US_PER_MS;
      }
    }
    return timedOf(sums) === 0
      ? {...columns, levels: [], percentileMs: new Float64Array(0)}
      : {...columns, levels: LEVELS, percentileMs};
  }
}

function timedOf(sums: readonly Sums[]): number {
  return sums.reduce((sum, its) => sum + its.timed, 0);
}

function noSums(): Sums {
  return {
    ...{timed: 0, sumUs: 0, minUs: Number.POSITIVE_INFINITY, maxUs: Number.NEGATIVE_INFINITY, known: 0, cold: 0},
    ranked: undefined,
  };
}
