import type {Instances} from '../../core/instances.ts';

/** Less than a start can notice, us. */
const SLACK_US = 1e-3;

/** Starts of one host that are not over. */
interface Host {
  /** Up to when those under way have gone on. */
  atUs: number;
  /** Under way: what each has still to do, ascending, and what it is of. */
  readonly leftUs: number[];
  readonly instance: number[];
  /** To begin later, the next one in front. */
  readonly later: Later[];
}

interface Later {
  readonly beginUs: number;
  readonly instance: number;
  readonly workUs: number;
}

/**
 * Starts on one host share its cores: k of them go on at speed min(1, cores / k), so that starts which begin together take
 * T(k) = T(1) x max(1, k / cores), and they lengthen each other as they come and go. When a start is ready is known as far
 * as no other comes; one that does puts off those which are not over. When a start begins is known when it is asked for:
 * whoever is asked for later begins later, or changes nothing that it waits for.
 */
export class SharedStarts {
  private readonly cores: number;
  private readonly pool: Pick<Instances, 'readyUs'>;
  private readonly putOff: (i: number, byUs: number) => void;
  private readonly hosts: (Host | undefined)[] = []; // [host]

  /** `putOff` hears of each instance that is ready later than it was to be; its `readyUs` says when. */
  constructor(cores: number, pool: Pick<Instances, 'readyUs'>, putOff: (i: number, byUs: number) => void) {
    this.cores = cores;
    this.pool = pool;
    this.putOff = putOff;
  }

  /** Instance `i` begins to start on `host` at `beginUs`, now or later, which would take `workUs` alone: `readyUs` of it. */
  begin(host: number, i: number, nowUs: number, beginUs: number, workUs: number): void {
    const its = this.advanced(host, nowUs);
    const start = {beginUs, instance: i, workUs};
    if (beginUs === nowUs) join(its, start);
    else {
      const at = its.later.findIndex((other) => other.beginUs > beginUs);
      its.later.splice(at < 0 ? its.later.length : at, 0, start);
    }
    const {readyUs} = this.pool;
    readyUs[i] = Number.NaN;
    this.project(its, (other, atUs) => {
      const wasUs = readyUs[other]!;
      if (atUs <= wasUs) return;
      readyUs[other] = atUs;
      if (other !== i) this.putOff(other, atUs - wasUs);
    });
  }

  /** From when on there are fewer than `perHost` starts on `host` of those that have been asked for by now. */
  placeUs(host: number, nowUs: number, perHost: number): number {
    const {instance, later} = this.advanced(host, nowUs);
    const over = instance.length + later.length - perHost;
    if (over < 0) return nowUs;
    const ready = [...instance, ...later.map((start) => start.instance)].map((i) => this.pool.readyUs[i]!);
    return ready.sort((a, b) => a - b)[over]!;
  }

  /** `host` has failed with all that starts there. */
  lose(host: number): void {
    this.hosts[host] = undefined;
  }

  /** The starts of a host up to `nowUs`; those that are over by then are gone. */
  private advanced(host: number, nowUs: number): Host {
    this.hosts[host] ??= {atUs: nowUs, leftUs: [], instance: [], later: []};
    const its = this.hosts[host];
    this.goOn(its, nowUs, () => {});
    its.atUs = nowUs;
    return its;
  }

  /** Tells when each start of a host is over if no other comes; whole microseconds. */
  private project({atUs, leftUs, instance, later}: Host, tell: (i: number, atUs: number) => void): void {
    const its = {atUs, leftUs: [...leftUs], instance: [...instance], later: [...later]};
    this.goOn(its, Number.POSITIVE_INFINITY, (i, overUs) => tell(i, Math.max(atUs, Math.ceil(overUs - SLACK_US))));
  }

  /** Lets the starts of a host go on up to `untilUs`; `over` hears when each of them is, with fractions. */
  private goOn(its: Host, untilUs: number, over: (i: number, atUs: number) => void): void {
    const {leftUs, instance, later} = its;
    // What is over leaves the front, and all have less to do by as much: both are done once, when nobody is left out.
    let [gone, doneUs] = [0, 0];
    const settle = (): void => {
      leftUs.splice(0, gone);
      instance.splice(0, gone);
      if (doneUs > 0) for (let k = 0; k < leftUs.length; k++) leftUs[k] = Math.max(0, leftUs[k]! - doneUs);
      [gone, doneUs] = [0, 0];
    };
    for (;;) {
      const running = leftUs.length - gone;
      const speed = Math.min(1, this.cores / running);
      const overUs = running > 0 ? its.atUs + (leftUs[gone]! - doneUs) / speed : Number.POSITIVE_INFINITY;
      const nextUs = Math.min(later[0]?.beginUs ?? Number.POSITIVE_INFINITY, untilUs);
      if (running > 0 && overUs <= nextUs + SLACK_US) {
        over(instance[gone]!, overUs);
        doneUs = leftUs[gone]!;
        gone++;
        its.atUs = Math.max(its.atUs, overUs);
        continue;
      }
      if (running > 0 && nextUs > its.atUs) doneUs += (nextUs - its.atUs) * speed;
      settle();
      if (later.length === 0 || nextUs < later[0]!.beginUs) return;
      its.atUs = Math.max(its.atUs, nextUs);
      join(its, later.shift()!);
    }
  }
}

/** A start begins: it has its place behind those that have as much to do. */
function join({leftUs, instance}: Host, start: Later): void {
  let at = leftUs.length;
  while (at > 0 && leftUs[at - 1]! > start.workUs) at--;
  leftUs.splice(at, 0, start.workUs);
  instance.splice(at, 0, start.instance);
}
