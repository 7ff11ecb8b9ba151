/**
 * Calls a day of Azure's functions in 2019 by share of functions, log-linear in between (Shahrad et al., "Serverless in
 * the Wild", USENIX ATC 2020, figure 5a, for the released trace). Flat parts are timers: daily, 5 minutes, a minute.
 */
const quantiles: readonly (readonly [share: number, callsPerDay: number])[] = [
  [0, 1 / 14],
  [0.065, 1 / 14],
  [0.11, 2 / 14],
  [0.19, 0.5],
  [0.27, 0.999],
  [0.34, 1],
  [0.41, 2],
  [0.49, 5],
  [0.56, 10],
  [0.635, 24],
  [0.69, 48],
  [0.735, 96],
  [0.795, 287],
  [0.835, 288],
  [0.905, 1439],
  [0.925, 1440],
  [0.968, 1e4],
  [0.99, 7e4],
  [0.998, 5.5e5],
  [0.9999, 1.1e7],
  [1, 7e7],
];

/** The rate that a share `u` in [0, 1] of the functions does not exceed. */
export function azureCallsPerDay(u: number): number {
  const upper = Math.max(
    1,
    quantiles.findIndex(([share]) => share >= u),
  );
  const [u0, rate0] = quantiles[upper - 1]!;
  const [u1, rate1] = quantiles[upper]!;
  return rate0 * (rate1 / rate0) ** ((u - u0) / (u1 - u0));
}
