import {usageError} from '../base/errors.ts';
import {finiteTimeUs, text} from '../base/parameters.ts';
import {parseValues} from '../base/part.ts';

/** A rolling restart of all hosts: wave after wave takes no more calls, ends those that it has, and is back. */
export interface Restart {
  /** When the first wave begins, us of the trace's clock. */
  readonly atUs: number;
  /** Hosts of a wave: a share of them, above 0 and at most 1, or so many. */
  readonly wave: {readonly share: number} | {readonly hosts: number};
  /** How long a host takes to restart once it is empty. */
  readonly forUs: number;
}

const parameters = {
  at: finiteTimeUs('When the first wave begins.', {example: '2h'}),
  wave: text('hosts or share', 'Hosts that restart at once.', {default: '2%', example: '2%'}),
  for: finiteTimeUs('How long an empty host takes to restart.', {default: '0s'}),
} as const;

/** `at=2h,wave=2%,for=30s`. */
export function readRestart(given: string, what: string): Restart {
  const said = `${what} is '${given}'`;
  const values = parseValues(given, parameters, {name: what, what, said});
  return {atUs: values.at, wave: readWave(values.wave, said), forUs: values.for};
}

function readWave(given: string, said: string): Restart['wave'] {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(given);
  if (share !== null && Number(share[1]) > 0 && Number(share[1]) <= 100) return {share: Number(share[1]) / 100};
  if (/^[1-9]\d*$/.test(given)) return {hosts: Number(given)};
  throw usageError(`${said}: wave is '${given}', must be a number of hosts or a share of them such as 2%`);
}

/** Hosts of a wave in a cell that has so many of `fleetHosts`: at least one. */
export function hostsOfWave({wave}: Restart, hosts: number, fleetHosts: number): number {
  const share = 'share' in wave ? wave.share : wave.hosts / fleetHosts;
  return Math.max(1, Math.ceil(share * hosts - 1e-9));
}
