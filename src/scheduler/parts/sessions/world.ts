import {draw32, mixKeys, unit} from '../../../base/random.ts';
import {QuantileSketch} from '../../../base/sketch.ts';
import type {WorldTerms} from '../../../fleet/sessions/session-terms.ts';
import {NONE} from '../../core/instances.ts';

/** Stream of the times of updates. */
const UPDATES = 0x30a1d;

/** What all sessions share, as instances see it: how old it is when an action reads it. */
export class World {
  /** Age of what an action read: since the oldest update that it did not see; 0: it saw all. Microseconds. */
  staleness = new QuantileSketch();
  /** How often an instance read it. */
  fetches = 0;
  private readonly terms: WorldTerms;
  private readonly key: number;
  /** When the copy of an instance was made, and by which instance that had its row. [instance] */
  private madeUs = new Float64Array(1024);
  private maker = new Int32Array(1024).fill(NONE);

  constructor(terms: WorldTerms, seed: number) {
    this.terms = terms;
    this.key = mixKeys(seed, UPDATES);
  }

  beginCounting(): void {
    this.staleness = new QuantileSketch();
    this.fetches = 0;
  }

  /** An action begins in `i`, the instance of that number, now: what reading the world takes it. */
  read(i: number, number: number, nowUs: number): number {
    const {by, delayUs, ttlUs, readUs} = this.terms;
    if (by === 'push') {
      this.staleness.add(this.staleUs(nowUs - delayUs, nowUs));
      return 0;
    }
    if (i >= this.madeUs.length) this.grow(i);
    if (this.maker[i] === number && nowUs - this.madeUs[i]! < ttlUs) {
      this.staleness.add(this.staleUs(this.madeUs[i]!, nowUs));
      return 0;
    }
    this.maker[i] = number;
    this.madeUs[i] = nowUs;
    this.fetches++;
    this.staleness.add(0);
    return readUs;
  }

  /** Updates that were published in (fromUs, untilUs]. */
  updates(fromUs: number, untilUs: number): number {
    return this.publishedBy(untilUs) - this.publishedBy(fromUs);
  }

  /** Since when there is something that a copy of that time does not have; 0 if there is nothing. */
  private staleUs(copyUs: number, nowUs: number): number {
    const first = this.publishUs(this.publishedBy(copyUs));
    return first <= nowUs ? nowUs - first : 0;
  }

  /** How many updates there were up to then. */
  private publishedBy(us: number): number {
    let k = Math.max(0, Math.floor(us / this.terms.everyUs));
    if (this.publishUs(k) <= us) k++;
    return k;
  }

  /** When update number `k` is published: once in each stretch. */
  private publishUs(k: number): number {
    return Math.floor((k + unit(draw32(this.key, UPDATES, k))) * this.terms.everyUs);
  }

  private grow(i: number): void {
    const madeUs = new Float64Array(2 * (i + 1));
    madeUs.set(this.madeUs);
    this.madeUs = madeUs;
    const maker = new Int32Array(madeUs.length).fill(NONE);
    maker.set(this.maker);
    this.maker = maker;
  }
}
