/** CPU bandwidth control of Linux' fair scheduler: a group may run `quota` in each `period`, then it stands still. */
export interface CpuQuota {
  readonly quota: number;
  readonly period: number;
}

/**
 * Time that one thread takes for `cpu` time of work when `left` of the group's quota remains and a new period is as
 * far away as it can be: at once within what is left, else it waits for the refill, then runs a quota a period.
 * All in one unit. A quota of at least the period never stops one thread.
 */
export function throttledTime(cpu: number, left: number, {quota, period}: CpuQuota): number {
  if (cpu <= left || quota >= period) return cpu;
  const refills = Math.ceil((cpu - left) / quota);
  const rest = cpu - left - (refills - 1) * quota;
  return left + (period - quota) + (refills - 1) * period + rest;
}

/** How long a group stands still in each period when `threads` of it run at once: 0 if the quota lasts. */
export function parallelStall(threads: number, {quota, period}: CpuQuota): number {
  return Math.max(0, period - quota / threads);
}
