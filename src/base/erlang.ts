import {normalTail} from './distributions.ts';

/**
 * Loss and delay of a group of servers with Poisson arrivals: what share of the calls finds no warm slot.
 * Loads are in erlangs (arrival rate x mean holding time), servers are whole numbers >= 0.
 */

/**
 * Share of calls that find all `servers` busy and are turned away: the Erlang loss formula B(servers, erlangs), which
 * holds for every distribution of the holding time. 1 without servers, 0 without load, 1 at infinite load. Near full
 * load O(sqrt(servers)), O(servers) at most.
 */
export function erlangB(servers: number, erlangs: number): number {
  if (servers === 0 || erlangs === Number.POSITIVE_INFINITY) return 1;
  if (erlangs === 0) return 0;
  // 1/B = 1 + n/a + n(n-1)/a^2 + ...: positive terms, which fall once the factor is below 1.
  let inverse = 1;
  for (let left = servers, term = 1; left > 0; left--) {
    term *= left / erlangs;
    inverse += term;
    if (left <= erlangs && term < inverse * 1e-17) break;
    if (inverse === Number.POSITIVE_INFINITY) return 0;
  }
  return 1 / inverse;
}

/** Erlangs from which the expansion for many servers stands for the sum: by then they differ by less than 1e-5. */
const MANY = 1e6;

/**
 * Share of calls that wait when all `servers` are busy (M/M/n, exponential holding times): the Erlang delay formula.
 * 1 at or above full load, where the queue has no steady state. Above a million erlangs its expansion for many servers,
 * so the cost is bounded.
 */
export function erlangC(servers: number, erlangs: number): number {
  if (erlangs >= servers) return 1;
  if (erlangs > MANY) return manyServersWait(servers, (servers - erlangs) / servers);
  return delayFromBlocking(erlangB(servers, erlangs), servers, erlangs);
}

/**
 * Corrected heavy-traffic limit of Erlang C (Janssen, van Leeuwaarden and Zwart, 2008), `idle` = 1 - utilisation:
 * 1 / (rho + idle sqrt(n) (Phi(alpha)/phi(alpha) + 2/(3 sqrt(n)))), alpha^2 = -2 n (idle + ln rho).
 */
function manyServersWait(servers: number, idle: number): number {
  // The first terms of the logarithm's series, where the difference would lose them.
  const half = idle < 1e-3 ? idle ** 2 * (1 / 2 + idle / 3 + idle ** 2 / 4) : -(idle + Math.log1p(-idle));
  const alpha = Math.sqrt(2 * servers * half);
  const mills = Math.sqrt(2 * Math.PI) * (1 - normalTail(alpha)) * Math.exp(servers * half);
  return 1 / (1 - idle + idle * Math.sqrt(servers) * (mills + 2 / (3 * Math.sqrt(servers))));
}

/**
 * How long calls wait for one of `servers` (M/M/n, first come, first served), times in mean holding times: the share
 * that waits longer than `limit`, C e^(-(n - a) limit), and the waiting beyond it, averaged over all calls. At or
 * above full load all wait for ever: 1 and Infinity.
 */
export function erlangWait(servers: number, erlangs: number, limit: number): {share: number; excess: number} {
  if (erlangs >= servers) return {share: 1, excess: Number.POSITIVE_INFINITY};
  const share = erlangC(servers, erlangs) * Math.exp(-(servers - erlangs) * limit);
  return {share, excess: share / (servers - erlangs)};
}

/** The fewest servers whose blocking is at most `target` (0 < target); 0 for target 1. */
export function serversForBlocking(erlangs: number, target: number): number {
  return fewest(0, (servers) => erlangB(servers, erlangs) <= target);
}

/** The fewest servers whose share of waiting calls is at most `target` (0 < target): above `erlangs`. */
export function serversForWait(erlangs: number, target: number): number {
  return fewest(Math.floor(erlangs) + 1, (servers) => erlangC(servers, erlangs) <= target);
}

/** The load in erlangs at which `servers` turn away the share `target`; 0 without servers, Infinity for target 1. */
export function erlangsForBlocking(servers: number, target: number): number {
  if (servers === 0 || target <= 0) return 0;
  if (target >= 1) return Number.POSITIVE_INFINITY;
  // B(n, a) >= 1 - n/a, so the answer lies below n / (1 - target).
  let low = 0;
  let high = servers / (1 - target);
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (erlangB(servers, middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function delayFromBlocking(blocking: number, servers: number, erlangs: number): number {
  return blocking / (1 - (erlangs / servers) * (1 - blocking));
}

/** The least whole number from `least` on that is enough, where all above an enough are: steps doubled, then halved. */
export function fewest(least: number, enough: (servers: number) => boolean): number {
  if (enough(least)) return least;
  let low = least;
  let step = 1;
  while (!enough(low + step)) {
    low += step;
    step *= 2;
  }
  let high = low + step;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
