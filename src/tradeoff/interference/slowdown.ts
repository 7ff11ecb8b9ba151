import {binomialTail, normalTail} from '../../base/distributions.ts';
import {OUTLIERS, SAMPLES, SIGMA} from '../../base/outliers.ts';

/**
 * How many times longer service must take for the p99 of an M/M/1 queue to grow by the factor `ratio`, when it was
 * `utilisation` busy before: x = R / (1 - rho + rho R), since p99 = 4.605 S x / (1 - rho x).
 */
export function inflationFor(ratio: number, utilisation: number): number {
  return ratio / (1 - utilisation + utilisation * ratio);
}

/** How many times the p99 of an M/M/1 queue grows when service takes `x` times as long: Infinity from full load on. */
export function inflatedRatio(x: number, utilisation: number): number {
  const busy = utilisation * x;
  return busy >= 1 ? Number.POSITIVE_INFINITY : (x * (1 - utilisation)) / (1 - busy);
}

/** Mean service time of an M/M/1 queue with that p99 of the time from arrival to end: p99 (1 - rho) / ln 100. */
export function serviceSeconds(p99Seconds: number, utilisation: number): number {
  return (p99Seconds * (1 - utilisation)) / Math.log(100);
}

const WINDOWS_PER_DAY = (24 * 60) / SAMPLES;

/** Alarms a day that the rule raises for a healthy task with normal samples. */
export function falseAlarmsPerTaskDay(): number {
  return WINDOWS_PER_DAY * binomialTail(OUTLIERS, SAMPLES, normalTail(SIGMA));
}

/**
 * What shared hosts make identical runs differ by: shares of the variance, from the TUNA noise data (EuroSys 2025:
 * 43,617 short-lived Azure VMs and long-lived ones, 483 days, D8s_v5). CPU and remote disk come to nearly nothing.
 */
export const varianceShares = {
  short: {cache: 0.48, kernel: 0.22, memoryLatency: 0.23, bandwidth: 0.07},
  long: {cache: 0.65, kernel: 0.29, memoryLatency: 0.02, bandwidth: 0.04},
} as const;
