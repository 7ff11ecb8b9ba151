/**
 * Which hosts hold an instance, and for how long they have: what is paid for where hosts are charged whole, so many of them at
 * least. Whole microseconds.
 */
export class HostUse {
  /** Time for which hosts held an instance, and none of those that are paid for at least, up to the last change, microseconds. */
  private usedUs = 0;
  /** Hosts that hold one now, and did at most. */
  used = 0;
  peak = 0;
  private fromUs = 0;
  private readonly least: number;
  /** Since when that many are used. */
  private usedSinceUs = 0;
  private instances = new Int32Array(64); // [host]
  private sinceUs = new Float64Array(64); // [host]

  /** `least`: hosts that are paid for whether they hold an instance or not. */
  constructor(least = 0) {
    this.least = least;
  }

  /** An instance more on `host`. */
  came(host: number, nowUs: number): void {
    if (host >= this.instances.length) this.grow(host);
    this.instances[host]! += 1;
    if (this.instances[host]! > 1) return;
    this.sinceUs[host] = nowUs;
    this.pay(nowUs);
    this.used++;
    if (this.used > this.peak) this.peak = this.used;
  }

  /** One less. */
  went(host: number, nowUs: number): void {
    this.instances[host]! -= 1;
    if (this.instances[host]! > 0) return;
    this.pay(nowUs);
    this.used--;
    this.usedUs += this.counted(host, nowUs);
  }

  /** The counted part begins: what was before costs nothing. */
  beginCounting(fromUs: number): void {
    this.fromUs = fromUs;
    this.usedUs = 0;
    this.usedSinceUs = fromUs;
    this.peak = this.used;
  }

  /** Time up to `atUs`, up to which everything has happened, with that of hosts which hold one still or are paid for. */
  until(atUs: number): number {
    let us = this.usedUs + this.unusedUs(atUs);
    for (let host = 0; host < this.instances.length; host++) {
      if (this.instances[host]! > 0) us += this.counted(host, atUs);
    }
    return us;
  }

  /** The number of hosts that hold an instance changes. */
  private pay(nowUs: number): void {
    this.usedUs += this.unusedUs(nowUs);
    this.usedSinceUs = nowUs;
  }

  /** Time of hosts that held none and are paid for, since their number changed. */
  private unusedUs(nowUs: number): number {
    return Math.max(0, this.least - this.used) * Math.max(0, nowUs - Math.max(this.usedSinceUs, this.fromUs));
  }

  private counted(host: number, toUs: number): number {
    return Math.max(0, toUs - Math.max(this.sinceUs[host]!, this.fromUs));
  }

  private grow(host: number): void {
    const [instances, sinceUs] = [new Int32Array(2 * (host + 1)), new Float64Array(2 * (host + 1))];
    instances.set(this.instances);
    sinceUs.set(this.sinceUs);
    this.instances = instances;
    this.sinceUs = sinceUs;
  }
}
