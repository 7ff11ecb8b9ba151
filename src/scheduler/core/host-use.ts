/**
 * Which hosts hold an instance, and for how long they have: what is paid for where hosts are charged whole. Whole
 * microseconds.
 */
export class HostUse {
  /** Time for which hosts held an instance, up to the last change, microseconds. */
  usedUs = 0;
  /** Hosts that hold one now, and did at most. */
  used = 0;
  peak = 0;
  private fromUs = 0;
  private instances = new Int32Array(64); // [host]
  private sinceUs = new Float64Array(64); // [host]

  /** An instance more on `host`. */
  came(host: number, nowUs: number): void {
    if (host >= this.instances.length) this.grow(host);
    this.instances[host]! += 1;
    if (this.instances[host]! > 1) return;
    this.sinceUs[host] = nowUs;
    this.used++;
    if (this.used > this.peak) this.peak = this.used;
  }

  /** One less. */
  went(host: number, nowUs: number): void {
    this.instances[host]! -= 1;
    if (this.instances[host]! > 0) return;
    this.used--;
    this.usedUs += this.counted(host, nowUs);
  }

  /** The counted part begins: what was before costs nothing. */
  beginCounting(fromUs: number): void {
    this.fromUs = fromUs;
    this.usedUs = 0;
    this.peak = this.used;
  }

  /** Time up to `atUs`, up to which everything has happened, with that of hosts which hold one still. */
  until(atUs: number): number {
    let us = this.usedUs;
    for (let host = 0; host < this.instances.length; host++) {
      if (this.instances[host]! > 0) us += this.counted(host, atUs);
    }
    return us;
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
