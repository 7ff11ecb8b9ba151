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

/**
 * Share of calls that wait when all `servers` are busy (M/M/n, exponential holding times): the Erlang delay formula.
 * 1 at or above full load, where the queue has no steady state.
 */
export function erlangC(servers: number, erlangs: number): number {
  return erlangs >= servers ? 1 : delayFromBlocking(erlangB(servers, erlangs), servers, erlangs);
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
function fewest(least: number, enough: (servers: number) => boolean): number {
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
