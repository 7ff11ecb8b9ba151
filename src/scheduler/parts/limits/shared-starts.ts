import type {Instances} from '../../core/instances.ts';

/** Less than a start can notice, us. */
const SLACK_US = 1e-3;

/** Starts under way on one host, the next to be over first, and what each has still to do. */
interface Host {
  atUs: number;
  readonly instance: number[];
  readonly leftUs: number[];
}

/**
 * Starts on one host share its cores: k of them go on at speed min(1, cores / k), so that starts which begin together take
 * T(k) = T(1) x max(1, k / cores), and they lengthen each other as they come and go. When a start is ready is known as far
 * as no other comes; one that does puts off those which are under way.
 */
export class SharedStarts {
  private readonly cores: number;
  private readonly readyUs: Pick<Instances, 'readyUs'>;
  private readonly putOff: (i: number) => void;
  private readonly hosts: Host[] = []; // [host]

  /** `putOff` hears of each instance that is ready later than it was to be; its `readyUs` says when. */
  constructor(cores: number, pool: Pick<Instances, 'readyUs'>, putOff: (i: number) => void) {
    this.cores = cores;
    this.readyUs = pool;
    this.putOff = putOff;
  }

  /** When a start on `host` is over that begins now and would take `workUs` alone; nobody is told of it yet. */
  whenUs(host: number, nowUs: number, workUs: number): number {
    const its = this.advanced(host, nowUs);
    const at = placeOf(its, workUs);
    const left = its.leftUs.toSpliced(at, 0, workUs);
    return this.readyTimes(nowUs, left)[at]!;
  }

  /** Instance `i` begins to start on `host` now, which would take `workUs` alone. */
  begin(host: number, i: number, nowUs: number, workUs: number): void {
    const its = this.advanced(host, nowUs);
    const at = placeOf(its, workUs);
    its.instance.splice(at, 0, i);
    its.leftUs.splice(at, 0, workUs);
    for (const [k, atUs] of this.readyTimes(nowUs, its.leftUs).entries()) {
      const other = its.instance[k]!;
      if (other === i || this.readyUs.readyUs[other] === atUs) continue;
      this.readyUs.readyUs[other] = atUs;
      this.putOff(other);
    }
  }

  /** The starts of a host up to `nowUs`; those that are over by then are gone. */
  private advanced(host: number, nowUs: number): Host {
    this.hosts[host] ??= {atUs: 0, instance: [], leftUs: []};
    const its = this.hosts[host];
    while (its.leftUs.length > 0) {
      const speed = Math.min(1, this.cores / its.leftUs.length);
      const firstUs = its.leftUs[0]! / speed;
      const isOver = its.atUs + firstUs <= nowUs + SLACK_US;
      const passedUs = isOver ? firstUs : nowUs - its.atUs;
      its.atUs += passedUs;
      for (let k = 0; k < its.leftUs.length; k++) its.leftUs[k] = Math.max(0, its.leftUs[k]! - passedUs * speed);
      if (!isOver) return its;
      its.instance.shift();
      its.leftUs.shift();
    }
    its.atUs = nowUs;
    return its;
  }

  /** When each of so much work, ascending, is over if no other start comes; whole microseconds. */
  private readyTimes(nowUs: number, leftUs: readonly number[]): number[] {
    let [atUs, doneUs] = [nowUs, 0];
    return leftUs.map((left, k) => {
      atUs += (left - doneUs) / Math.min(1, this.cores / (leftUs.length - k));
      doneUs = left;
      return Math.max(nowUs, Math.ceil(atUs - SLACK_US));
    });
  }
}

/** Where a start of that work has its place: behind those that have as much to do. */
function placeOf({leftUs}: Host, workUs: number): number {
  let at = leftUs.length;
  while (at > 0 && leftUs[at - 1]! > workUs) at--;
  return at;
}
