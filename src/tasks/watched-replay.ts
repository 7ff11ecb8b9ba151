import {QuantileSketch} from '../base/sketch.ts';
import {US_PER_MS, US_PER_SECOND} from '../base/units.ts';
import {type Cut, eachStartDelayUs} from '../replay/log/call-table.ts';
import {fieldOf, TIMELINE_FIELDS} from '../replay/log/timeline-rows.ts';
import type {ReplayOptions} from '../replay/options.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import type {Hearing} from '../replay/run/replay.ts';
import {refuseBounds} from './call-log.ts';

/**
 * What is seen of a policy: of the window that it has come to, of all calls so far where it says so. Cells are replayed one
 * after the other: what is seen of a window is the sum of those that have come to it.
 */
interface Seen {
  policy: string;
  atMs: number;
  /** The cell at hand, from 1, of so many. */
  cell: number;
  cells: number;
  callsPerSecond: number;
  busy: number;
  idle: number;
  starting: number;
  waiting: number;
  coldShare: number;
  p99DelayMs: number;
  usd: number;
  instances: number[];
}

/** Somebody who looks on: `paused` holds the replay up. */
export interface Onlooker {
  readonly paused: boolean;
  stop(): Promise<void>;
}

/** Shows what `seen` says until it is stopped. */
export type Show = (seen: () => {spanMs: number; policies: readonly Seen[]}) => Onlooker;

/** A picture has so many windows, and a replay that is over at once is drawn out to some seconds, so that they are seen. */
const WINDOWS = 240;
/** Of a window, as it is added up over cells. */
const SUMS = ['callsPerSecond', 'busy', 'idle', 'starting', 'waiting'] as const;
const SHOWN_INSTANCES = 64;
const DRAWN_OUT_MS = 8000;
const STEP_MS = 12;
const PAUSED_MS = 50;

/** A replay that is looked at while it runs, on one thread; what else is to be told of it `others` hear. */
export class WatchedReplay implements Hearing {
  readonly asked: Hearing['asked'];
  private readonly others: Hearing | undefined;
  private readonly everyUs: number;
  private readonly span: readonly [fromUs: number, untilUs: number];
  private readonly seen: Seen[];
  private readonly delays: QuantileSketch[];
  private readonly counts: {started: number; cold: number; window: number; cell: number}[];
  private readonly sums: Float64Array[]; // [policy][window * SUMS]
  private readonly onlooker: Onlooker;
  private drawnOutMs = 0;

  /** `options` with the workload's span. */
  constructor(policies: readonly PolicyChoice[], options: ReplayOptions, show: Show, others: Hearing | undefined) {
    refuseBounds(policies, '--watch', '-');
    const {fromUs, untilUs} = options;
    this.span = [fromUs, untilUs];
    this.others = others;
    const usual = Math.max(US_PER_SECOND, Math.ceil((untilUs - fromUs) / WINDOWS / US_PER_SECOND) * US_PER_SECOND);
    this.asked = {calls: true, timeline: others?.asked.timeline ?? {everyUs: usual, payer: undefined}};
    this.everyUs = this.asked.timeline!.everyUs;
    this.delays = policies.map(() => new QuantileSketch());
    this.counts = policies.map(() => ({started: 0, cold: 0, window: -1, cell: -1}));
    const windows = Math.ceil((untilUs - fromUs) / this.everyUs) + 1;
    this.sums = policies.map(() => new Float64Array(windows * SUMS.length));
    const nothing = {
      atMs: Number.NaN,
      cell: 1,
      cells: 1,
      callsPerSecond: 0,
      busy: 0,
      idle: 0,
      starting: 0,
      waiting: 0,
      usd: 0,
    };
    this.seen = policies.map(({text}) => ({
      ...{policy: text, ...nothing, coldShare: Number.NaN, p99DelayMs: Number.NaN, instances: []},
    }));
    this.onlooker = show(() => ({spanMs: untilUs / US_PER_MS, policies: this.looked()}));
  }

  begin(cuts: readonly Cut[]): void {
    this.others?.begin(cuts);
    for (const [k, {count}] of cuts.entries()) if (this.seen[k] !== undefined) this.seen[k]!.cells = count;
  }

  take(policy: number, cell: number, what: 'calls' | 'timeline', rows: Float64Array): void {
    const wanted = this.others?.asked;
    if (what === 'calls' ? wanted?.calls : wanted?.timeline) this.others!.take(policy, cell, what, rows);
    if (what === 'calls') {
      eachStartDelayUs(rows, (us) => this.delays[policy]!.add(us));
    } else for (let at = 0; at < rows.length; at += TIMELINE_FIELDS) this.look(policy, cell, rows.subarray(at));
  }

  async pace(): Promise<void> {
    while (this.onlooker.paused) await sleep(PAUSED_MS);
    if (this.drawnOutMs >= DRAWN_OUT_MS) return;
    this.drawnOutMs += STEP_MS;
    await sleep(STEP_MS);
  }

  async stop(): Promise<void> {
    await this.onlooker.stop();
  }

  /** A row of a window: those of several payers add up, and those of cells. */
  private look(policy: number, cell: number, row: Float64Array): void {
    const [seen, counts, sums] = [this.seen[policy]!, this.counts[policy]!, this.sums[policy]!];
    const value = (name: Parameters<typeof fieldOf>[0]): number => row[fieldOf(name)]!;
    const [fromUs, untilUs] = this.span;
    const window = value('window');
    const startUs = fromUs + window * this.everyUs;
    const lengthUs = Math.max(1, Math.min(untilUs, startUs + this.everyUs) - startUs);
    if (counts.cell !== cell) {
      counts.cell = cell;
      seen.cell = cell + 1;
      seen.instances.length = 0;
      counts.window = -1;
    }
    if (counts.window !== window) {
      counts.window = window;
      seen.instances.push(0);
      if (seen.instances.length > SHOWN_INSTANCES) seen.instances.shift();
    }
    seen.atMs = (startUs + lengthUs) / US_PER_MS;
    const added = [
      (value('invocations') * US_PER_SECOND) / lengthUs,
      ...[value('busyUs') / lengthUs, value('idleUs') / lengthUs, value('startingUs') / lengthUs],
      value('waiting'),
    ];
    for (const [k, name] of SUMS.entries()) seen[name] = sums[window * SUMS.length + k]! += added[k]!;
    seen.usd += value('usd');
    seen.instances[seen.instances.length - 1] = seen.busy + seen.idle + seen.starting;
    counts.cold += value('cold');
    counts.started += value('cold') + value('warm');
  }

  private looked(): readonly Seen[] {
    for (const [k, seen] of this.seen.entries()) {
      const {cold, started} = this.counts[k]!;
      if (started > 0) seen.coldShare = cold / started;
      if (this.delays[k]!.count > 0) seen.p99DelayMs = this.delays[k]!.quantile(0.99) / US_PER_MS;
    }
    return this.seen;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
