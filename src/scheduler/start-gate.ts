/**
 * Limits on starting instances: so many at once on a host, so many a second in the cluster. Both are first come,
 * first served, so the moment a start may begin is known when it is asked for and no event is needed.
 */
export class StartGate {
  private readonly perHost: number;
  private readonly intervalUs: number;
  /** End of each host's current starts, `perHost` a host. */
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
    let place = -1;
    if (this.endsUs.length > 0) {
      place = host * this.perHost;
      for (let k = place + 1; k < (host + 1) * this.perHost; k++) if (this.endsUs[k]! < this.endsUs[place]!) place = k;
      beginUs = Math.max(beginUs, this.endsUs[place]!);
    }
    if (this.intervalUs > 0) {
      // Tokens keep their fractions, so that the rate holds in the long run.
      const tokenUs = Math.max(beginUs, this.nextTokenUs);
      this.nextTokenUs = tokenUs + this.intervalUs;
      beginUs = Math.ceil(tokenUs);
    }
    if (place >= 0) this.endsUs[place] = beginUs + coldUs;
    return beginUs;
  }
}
