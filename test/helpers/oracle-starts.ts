import type {Scenario} from './oracle-types.ts';

/**
 * Limits on starts, first come, first served: so many at a time on a host, and in the whole cluster one token a
 * start, evenly spaced. A start that has its place on the host takes the next token when it is due.
 */
export class OracleStarts {
  private readonly perHost: number;
  private readonly gapUs: number;
  private readonly started: {readonly beginUs: number; readonly endUs: number}[][]; // [host]
  private nextTokenUs = 0;

  constructor(scenario: Scenario) {
    this.perHost = scenario.startsPerHost;
    this.gapUs = 1e6 / scenario.startRatePerSecond;
    this.started = scenario.hosts.map(() => []);
  }

  /** When a start asked for now begins, a whole microsecond; it takes `coldUs` from then on. */
  begin(host: number, nowUs: number, coldUs: number): number {
    const starts = this.started[host]!;
    const running = (atUs: number) => starts.filter(({beginUs, endUs}) => beginUs <= atUs && atUs < endUs).length;
    const earliestUs = Math.max(nowUs, ...starts.map(({beginUs}) => beginUs));
    const moments = [earliestUs, ...starts.map(({endUs}) => endUs).filter((endUs) => endUs > earliestUs)];
    const placeUs = moments.sort((a, b) => a - b).find((atUs) => running(atUs) < this.perHost)!;
    const tokenUs = this.gapUs === 0 ? placeUs : Math.max(placeUs, this.nextTokenUs);
    this.nextTokenUs = tokenUs + this.gapUs;
    const beginUs = Math.ceil(tokenUs);
    starts.push({beginUs, endUs: beginUs + coldUs});
    return beginUs;
  }
}
