import {US_PER_DAY, US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import {CallCounts} from '../../demand/calls/call-counts.ts';
import {CallPlayer} from '../../demand/levels/call-player.ts';
import {LevelMeter} from '../../demand/levels/level-meter.ts';
import {triggerOf} from '../../workload/trigger-kind.ts';
import type {Workload} from '../../workload/workload.ts';

/**
 * What functions come to that history does not know, all together. A plan can give them no slot; instances stay for the
 * keep-alive of unknown functions.
 */
export interface UnseenDemand {
  /** Functions called for the first time, those of apps that are known, and all by their trigger, '' where it is unknown. */
  readonly functionsPerDay: number;
  readonly inKnownAppsPerDay: number;
  readonly byTriggerPerDay: Readonly<Record<string, number>>;
  /** Their calls, the first ones included. */
  readonly callsPerDay: number;
  /** Of these, cold: the first of each function at least. */
  readonly coldPerDay: number;
  /** Time in which their instances idle, slot-seconds a day, and the same in GB-seconds. */
  readonly idleSecondsPerDay: number;
  readonly idleGbSecondsPerDay: number;
  /** Time in which their calls run. */
  readonly busyGbSecondsPerDay: number;
  /** Memory of the instances that start cold, GB in the mean. */
  readonly coldGb: number;
}

export const noUnseen: UnseenDemand = {
  functionsPerDay: 0,
  inKnownAppsPerDay: 0,
  byTriggerPerDay: {},
  callsPerDay: 0,
  coldPerDay: 0,
  idleSecondsPerDay: 0,
  idleGbSecondsPerDay: 0,
  busyGbSecondsPerDay: 0,
  coldGb: 0,
};

export interface UnseenTerms {
  /** How long the time lasts that is expected. */
  readonly horizonUs: number;
  /** How long instances of functions that history does not know stay idle. */
  readonly keepAliveUs: number;
  readonly holdSeconds: Float64Array; // [function]
  /** Calls that an instance serves at once; undefined: one. [function] */
  readonly places?: Int32Array | undefined;
  readonly memoryMib: Float64Array; // [function]
  readonly seed: number;
}

/** Calls of one newcomer that are played one by one. */
const CALLS_EACH = 20_000;

/**
 * Expects of functions not seen yet what those were that history itself saw late: as much of its end is taken as is to
 * the whole of it what the horizon is to history and horizon together. As many functions are new in one as in the other:
 * each doubling of the time shows about as many (of twelve traces cut twice, that foretold the number best; growth by a
 * power of time was as often too much). The busiest newcomer counts as the second busiest, because the mean of a few
 * numbers with so heavy a tail is mostly its largest one. Rows without a call in history are not counted: how many there
 * are is known to the future alone.
 */
export function unseenDemand(history: Workload, terms: UnseenTerms): UnseenDemand {
  const {spanUs} = history.meta;
  const {horizonUs} = terms;
  const lateUs = Math.min(spanUs / 2, (spanUs * horizonUs) / (spanUs + horizonUs));
  const fromMinute = Math.ceil((spanUs - lateUs) / US_PER_MINUTE);
  const counts = new CallCounts(history);
  const meter = new NewcomerMeter(history, terms);
  const found: Newcomer[] = [];
  const kinds = new NewcomerKinds(history);
  for (let f = 0; f < history.functions; f++) {
    counts.read(f);
    if (counts.total === 0) continue;
    const isNew = counts.minute[0]! >= fromMinute;
    kinds.add(f, isNew);
    if (isNew) found.push(meter.measure(f, counts));
  }
  const most = found.map(({cold}) => cold).sort((a, b) => b - a)[1] ?? Number.POSITIVE_INFINITY;
  const sum = {calls: 0, cold: 0, coldGb: 0, idleSeconds: 0, idleGbSeconds: 0, busyGbSeconds: 0};
  for (const one of found) {
    const weight = Math.min(1, most / one.cold);
    for (const key of Object.keys(sum) as (keyof Newcomer)[]) sum[key] += weight * one[key];
  }
  // Of a horizon longer than history no stretch of it is a picture: more doublings of the time then than one.
  const doublings = Math.log1p(horizonUs / spanUs) / Math.log(spanUs / (spanUs - lateUs));
  const perDay = (doublings * US_PER_DAY) / horizonUs;
  const longer = horizonUs / lateUs;
  // A longer time sees more of each newcomer, but one first call.
  const further = (total: number): number => perDay * (found.length + (total - found.length) * longer);
  return {
    functionsPerDay: perDay * found.length,
    inKnownAppsPerDay: perDay * kinds.inKnownApps(),
    byTriggerPerDay: kinds.byTrigger(perDay * found.length),
    callsPerDay: further(sum.calls),
    coldPerDay: further(sum.cold),
    idleSecondsPerDay: perDay * longer * sum.idleSeconds,
    idleGbSecondsPerDay: perDay * longer * sum.idleGbSeconds,
    busyGbSecondsPerDay: perDay * longer * sum.busyGbSeconds,
    coldGb: sum.cold > 0 ? sum.coldGb / sum.cold : 0,
  };
}

/** What one function came to that history saw for the first time late. */
interface Newcomer {
  readonly calls: number;
  readonly cold: number;
  /** Sum over cold starts of the memory of the instance. */
  readonly coldGb: number;
  readonly idleSeconds: number;
  readonly idleGbSeconds: number;
  readonly busyGbSeconds: number;
}

/** As so many newcomers a trace's older functions speak for what those to come are like (Jeffreys). */
const PRIOR = 0.5;

/** Triggers and apps of functions that history knew early, and of those that it saw late. */
class NewcomerKinds {
  private readonly history: Workload;
  private readonly known = new Map<string, number>();
  private readonly fresh = new Map<string, number>();
  private readonly knownApps = new Set<number>();
  private readonly freshApps: number[] = [];

  constructor(history: Workload) {
    this.history = history;
  }

  add(f: number, isNew: boolean): void {
    const counts = isNew ? this.fresh : this.known;
    const trigger = triggerOf(this.history, f);
    counts.set(trigger, (counts.get(trigger) ?? 0) + 1);
    const app = this.history.app.id[f]!;
    if (isNew) this.freshApps.push(app);
    else this.knownApps.add(app);
  }

  /** Newcomers of apps that had a function before. */
  inKnownApps(): number {
    return this.freshApps.filter((app) => this.knownApps.has(app)).length;
  }

  /** So many functions, dealt to triggers as the newcomers were, a little as the older ones are. */
  byTrigger(functions: number): Record<string, number> {
    if (functions === 0) return {};
    const total = (counts: Map<string, number>): number => [...counts.values()].reduce((sum, n) => sum + n, 0);
    const [known, fresh] = [total(this.known), total(this.fresh)];
    const prior = known > 0 ? PRIOR : 0;
    const triggers = [...new Set([...this.known.keys(), ...this.fresh.keys()])].sort();
    return Object.fromEntries(
      triggers.map((trigger) => {
        const ofKnown = known > 0 ? (this.known.get(trigger) ?? 0) / known : 0;
        return [trigger, (functions * ((this.fresh.get(trigger) ?? 0) + prior * ofKnown)) / (fresh + prior)];
      }),
    );
  }
}

/** Plays newcomers under the keep-alive of unknown functions. */
class NewcomerMeter {
  private readonly spanSeconds: number;
  private readonly terms: UnseenTerms;
  private readonly meter: LevelMeter;
  private readonly player: CallPlayer;

  constructor(history: Workload, terms: UnseenTerms) {
    this.spanSeconds = history.meta.spanUs / US_PER_SECOND;
    this.terms = terms;
    this.meter = new LevelMeter(terms.keepAliveUs / US_PER_SECOND, 0);
    this.player = new CallPlayer(history, terms.seed);
  }

  measure(f: number, counts: CallCounts): Newcomer {
    const {meter, terms} = this;
    const hold = terms.holdSeconds[f]!;
    const gb = terms.memoryMib[f]! / 1024;
    const places = terms.places?.[f] ?? 1;
    meter.reset(undefined, places);
    this.player.play(f, counts, hold, CALLS_EACH, meter);
    meter.finish(this.spanSeconds);
    let cold = 0;
    let idleSeconds = 0;
    let busySeconds = 0;
    for (let level = 0; level < meter.levels; level++) {
      cold += meter.coldRises[level]!;
      idleSeconds += meter.spillSeconds[level]!;
      busySeconds += this.spanSeconds - meter.idleSeconds[level]!;
    }
    const calls = counts.total;
    const busyGbSeconds = gb * (places === 1 ? calls * hold : busySeconds);
    return {calls, cold, coldGb: gb * cold, idleSeconds, idleGbSeconds: gb * idleSeconds, busyGbSeconds};
  }
}
