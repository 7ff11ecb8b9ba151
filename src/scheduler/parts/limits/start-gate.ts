/**
 * Limits on starting instances: so many at once on a host, so many a second in the cluster. Both are first come,
 * first served, so the moment a start may begin is known when it is asked for and no event is needed.
 */
export class StartGate {
  private readonly perHost: number;
  private readonly intervalUs: number;
  /** Ends of the last starts on each host, `perHost` of them: a min-heap each, the one that is over first in front. */
  private readonly endsUs: Float64Array;
  private nextTokenUs = 0;

  /** `perHost` and `perSecond` may be Infinity: no such limit. */
  constructor(hosts: number, perHost: number, perSecond: number) {
    this.perHost = perHost;
    this.intervalUs = 1e6 / perSecond;
    this.endsUs = new Float64Array(perHost === Number.POSITIVE_INFINITY ? 0 : hosts * perHost);
  }

  /** When a start of `coldUs` on `host`, asked for at `nowUs`, begins; a whole microsecond, never before `nowUs`. */
  begin(host: number, nowUs: number, coldUs: number): number {
    let beginUs = nowUs;
    const limited = this.endsUs.length > 0;
    if (limited) beginUs = Math.max(beginUs, this.endsUs[host * this.perHost]!);
    if (this.intervalUs > 0) {
      // Tokens keep their fractions, so that the rate holds in the long run.
      const tokenUs = Math.max(beginUs, this.nextTokenUs);
      this.nextTokenUs = tokenUs + this.intervalUs;
      beginUs = Math.ceil(tokenUs);
    }
    if (limited) this.replaceFirst(host * this.perHost, beginUs + coldUs);
    return beginUs;
  }

  /** From when on a start on `host` could begin, if nobody asks before; a whole microsecond. */
  freeUs(host: number): number {
    const placeUs = this.endsUs.length > 0 ? this.endsUs[host * this.perHost]! : 0;
    return Math.max(placeUs, Math.ceil(this.nextTokenUs));
  }

  /** Puts `endUs` in the place of the first of the heap that begins at `base`. */
  private replaceFirst(base: number, endUs: number): void {
    const {endsUs, perHost} = this;
    let at = 0;
    for (let child = 1; child < perHost; child = 2 * at + 1) {
      if (child + 1 < perHost && endsUs[base + child + 1]! < endsUs[base + child]!) child++;
      if (endsUs[base + child]! >= endUs) break;
      endsUs[base + at] = endsUs[base + child]!;
      at = child;
    }
    endsUs[base + at] = endUs;
  }
}
