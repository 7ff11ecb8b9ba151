import {type OracleEvents, Rank} from './oracle-events.ts';
import type {Scenario} from './oracle-types.ts';

/**
 * Limits on starts: so many at a time on a host, first come, first served; then the cluster's next token, evenly
 * spaced and rounded up to a whole microsecond.
 */
export class OracleStarts {
  private readonly perHost: number;
  private readonly gapUs: number;
  private readonly waiting: ((beginUs: number) => void)[][]; // [host]
  private readonly running: number[]; // [host]
  private readonly events: OracleEvents;
  private nextTokenUs = 0;

  constructor(scenario: Scenario, events: OracleEvents) {
    this.perHost = scenario.startsPerHost;
    this.gapUs = 1e6 / scenario.startRatePerSecond;
    this.waiting = scenario.hosts.map(() => []);
    this.running = scenario.hosts.map(() => 0);
    this.events = events;
  }

  /** Calls `begin` when the start may begin, perhaps at once; it takes `coldUs` from then on. */
  request(host: number, nowUs: number, coldUs: number, begin: (beginUs: number) => void): void {
    this.waiting[host]!.push((beginUs) => {
      begin(beginUs);
      this.events.at(beginUs + coldUs, Rank.start, () => {
        this.running[host]!--;
        this.admit(host, beginUs + coldUs);
      });
    });
    this.admit(host, nowUs);
  }

  private admit(host: number, nowUs: number): void {
    while (this.waiting[host]!.length > 0 && this.running[host]! < this.perHost) {
      this.running[host]!++;
      const begin = this.waiting[host]!.shift()!;
      const tokenUs = Math.max(nowUs, this.nextTokenUs);
      this.nextTokenUs = tokenUs + this.gapUs;
      const beginUs = Math.ceil(tokenUs);
      if (beginUs === nowUs) begin(beginUs);
      else this.events.at(beginUs, Rank.start, () => begin(beginUs));
    }
  }
}
