import type {Instance, Scenario} from './oracle-types.ts';

interface Start {
  readonly beginUs: number;
  /** How long it takes by itself. */
  readonly workUs: number;
  endUs: number;
  instance: Instance | undefined;
}

/**
 * Limits on starts, first come, first served: so many at a time on a host, and a bucket of tokens, one a start, for the
 * whole cluster or for each function, refilled evenly. A start that has its place on the host takes the next token when
 * it is due.
 */
export class OracleStarts {
  private readonly perHost: number;
  private readonly gapUs: number;
  private readonly started: Start[][]; // [host]
  private readonly cores: number | undefined;
  private readonly burst: number;
  private readonly perFunction: boolean;
  private readonly slow: readonly Slow[];
  /** When each bucket is full again if nobody takes from it. */
  private readonly fullUs: number[];

  constructor(scenario: Scenario) {
    this.perHost = scenario.startsPerHost;
    this.gapUs = 1e6 / scenario.startRatePerSecond;
    this.burst = scenario.startBurst;
    this.perFunction = scenario.startsPerFunction;
    this.fullUs = scenario.memoryMib.map(() => 0);
    this.started = scenario.hosts.map(() => []);
    this.cores = scenario.startCores;
    this.slow = (scenario.faults?.slowdowns ?? []).map((its) => new Slow(its));
  }

  /** The host has failed with all that starts there. */
  lose(host: number): void {
    this.started[host]!.length = 0;
  }

  /** What was starting there at `sinceUs` takes so much longer. */
  delay(host: number, sinceUs: number, byUs: number): void {
    for (const start of this.started[host]!) if (start.endUs > sinceUs) start.endUs += byUs;
  }

  /** When a token can be had: a bucket lacks one for each gap until it is full, and holds `burst`. */
  tokenUs(fn: number, nowUs: number): number {
    const tokenUs = Math.max(nowUs, this.usualTokenUs(fn));
    return this.slow.reduce((atUs, slow) => slow.whenUs(Math.ceil(atUs)), tokenUs);
  }

  private usualTokenUs(fn: number): number {
    return this.gapUs === 0 ? 0 : this.fullUs[this.perFunction ? fn : 0]! - this.gapUs * (this.burst - 1);
  }

  /** When a start asked for now begins, a whole microsecond; it takes `coldUs` from then on. */
  begin(host: number, fn: number, nowUs: number, coldUs: number): number {
    const starts = this.started[host]!;
    // A start has its place from when it is asked for, though it may have to wait for its token there.
    const taken = (atUs: number) => starts.filter(({endUs}) => atUs < endUs).length;
    const moments = [nowUs, ...starts.map(({endUs}) => endUs).filter((endUs) => endUs > nowUs)];
    const placeUs = moments.sort((a, b) => a - b).find((atUs) => taken(atUs) < this.perHost)!;
    const bucket = this.perFunction ? fn : 0;
    const tokenUs = this.gapUs === 0 ? placeUs : Math.max(placeUs, this.usualTokenUs(fn));
    this.fullUs[bucket] = Math.max(tokenUs, this.fullUs[bucket]!) + this.gapUs;
    const beginUs = this.slow.reduce((atUs, slow) => slow.take(atUs), Math.ceil(tokenUs));
    starts.push({beginUs, workUs: coldUs, endUs: beginUs + coldUs, instance: undefined});
    return beginUs;
  }

  /** The start last asked for is that of `instance`: those on its host that end later than they were to, by how much. */
  shareCores(instance: Instance): {readonly instance: Instance; readonly endUs: number}[] {
    const starts = this.started[instance.host]!;
    starts.at(-1)!.instance = instance;
    if (this.cores === undefined) return [];
    const ends = endsOf(starts, this.cores);
    const putOff = starts.filter((start) => ends.get(start)! > start.endUs);
    for (const start of putOff) start.endUs = ends.get(start)!;
    return putOff.map((start) => ({instance: start.instance!, endUs: start.endUs}));
  }
}

/** When each start of a host is over, from the first one on: k under way go on at speed min(1, cores / k). */
function endsOf(starts: readonly Start[], cores: number): Map<Start, number> {
  const ends = new Map<Start, number>();
  const left = new Map(starts.map((start) => [start, start.workUs]));
  let nowUs = 0;
  while (left.size > 0) {
    const running = [...left.keys()].filter(({beginUs}) => beginUs <= nowUs);
    const others = [...left.keys()].filter(({beginUs}) => beginUs > nowUs);
    const speed = Math.min(1, cores / running.length);
    const overUs = Math.min(...running.map((start) => nowUs + left.get(start)! / speed));
    const nextUs = Math.min(overUs, ...others.map(({beginUs}) => beginUs));
    for (const start of running) left.set(start, left.get(start)! - (nextUs - nowUs) * speed);
    for (const start of running) {
      if (left.get(start)! > 1e-6) continue;
      left.delete(start);
      // Rounded up to what a clock of whole microseconds can tell.
      ends.set(start, Math.ceil(nextUs - 1e-3));
    }
    nowUs = nextUs;
  }
  return ends;
}

/** A time in which fewer instances start: a bucket of one token, full at first; whoever waits longer goes when it is over. */
class Slow {
  private readonly its: {readonly fromUs: number; readonly untilUs: number; readonly perSecond: number};
  private fullUs = 0;

  constructor(its: {readonly fromUs: number; readonly untilUs: number; readonly perSecond: number}) {
    this.its = its;
  }

  whenUs(atUs: number): number {
    const {fromUs, untilUs} = this.its;
    if (atUs < fromUs || atUs >= untilUs) return atUs;
    return Math.min(untilUs, Math.ceil(Math.max(atUs, this.fullUs)));
  }

  take(atUs: number): number {
    const whenUs = this.whenUs(atUs);
    const {fromUs, untilUs, perSecond} = this.its;
    if (atUs >= fromUs && atUs < untilUs) this.fullUs = Math.max(atUs, this.fullUs) + 1e6 / perSecond;
    return whenUs;
  }
}
