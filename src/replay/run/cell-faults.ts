import {usageError} from '../../base/errors.ts';
import {mixKeys, Random} from '../../base/random.ts';
import {startCoresOf} from '../../fleet/cold-time/start-cores.ts';
import {type Fault, LEASE_US} from '../../fleet/faults.ts';
import type {HostShape} from '../../fleet/host-shape.ts';
import {hostsOfWave} from '../../fleet/restart.ts';
import {settingOf} from '../../fleet/settings/columns.ts';
import type {FaultRule, Outage} from '../../scheduler/parts/faults/fault-rule.ts';
import {SCHEDULER} from '../../scheduler/parts/faults/outages.ts';
import type {RestartRule} from '../../scheduler/parts/faults/restart-rule.ts';
import type {ReplayOptions} from '../options.ts';
import type {CellTask} from './replay-plan.ts';

/** Streams of random numbers: which hosts a fault draws, and when things fail. */
const WHICH = 0x5fa17;
const WHEN = 0x0fa17;

/**
 * What fails in the task's cell, which has so many hosts; undefined: nothing does anywhere, and what is known of a call when it
 * is given to an instance comes to pass. Starts that lengthen each other put calls off as hosts do that stand still.
 */
export function faultsOfCell(task: CellTask, hosts: HostShape): FaultRule | undefined {
  const {options, asynchronous, cell, functions, firstHost = 0} = task;
  const {faults = [], cells, seed, warmUpUs = 0, settings} = options;
  if (faults.length === 0 && startCoresOf(options.cold) === undefined) return undefined;
  const outages: Outage[] = [];
  const chances: FaultRule['chances'][number][] = [];
  const slowdowns: FaultRule['slowdowns'][number][] = [];
  for (const [k, fault] of faults.entries()) {
    const forUs = fault.forUs;
    if (fault.kind === 'mtbf') {
      const isHosts = fault.what === 'hosts';
      const place = isHosts ? {first: firstHost + cell, step: cells} : {first: cell, step: 0};
      const key = mixKeys(mixKeys(seed, WHEN), k);
      const its = {meanUs: fault.meanUs, forUs, keeps: fault.work === 'keep', fault: k};
      chances.push({what: isHosts ? 'hosts' : 'scheduler', key, ...place, ...its});
      continue;
    }
    const fromUs = fault.atUs + warmUpUs;
    const lasts = {fromUs, untilUs: fromUs + forUs};
    if (fault.kind === 'hosts') {
      const drawn = drawnHosts(fault.count, hostsOf(options), mixKeys(mixKeys(seed, WHICH), k));
      // Hosts are dealt to cells in turn.
      const its = {...lasts, keeps: fault.work === 'keep', fault: k};
      for (const host of drawn) if (host % cells === cell) outages.push({host: Math.floor(host / cells), ...its});
    } else if (fault.kind === 'cell') {
      if (fault.cell - 1 === cell) outages.push({host: SCHEDULER, ...lasts, keeps: false, fault: k});
    } else {
      slowdowns.push({...lasts, perSecond: fault.perSecond / cells});
    }
  }
  const {rows} = functions;
  return {
    outages: outages.filter(({host}) => host < hosts.count),
    chances,
    slowdowns,
    leaseUs: LEASE_US,
    async: Uint8Array.from(rows, (row) => asynchronous[row]!),
    idempotent: Uint8Array.from(rows, (row) => settingOf(settings, 'idempotent', row, asynchronous[row]!)),
  };
}

/** When hosts of the task's cell restart; undefined: never. */
export function restartOfCell({options}: CellTask, hosts: HostShape): RestartRule | undefined {
  const {restart, warmUpUs = 0} = options;
  if (restart === undefined) return undefined;
  const wave = hostsOfWave(restart, hosts.count, hostsOf(options));
  return {atUs: restart.atUs + warmUpUs, wave, forUs: restart.forUs};
}

/** Exit 2 where a restart does not fit the fleet or what else is asked for. */
export function checkRestart({restart, fleet, semantics, contention}: ReplayOptions): void {
  if (restart === undefined) return;
  if (fleet.count === Number.POSITIVE_INFINITY) {
    throw usageError('restart is of hosts, and here they open as they are needed', 'give --hosts');
  }
  if (semantics.lateBinding) {
    throw usageError('restart needs to know which call waits for which instance', 'leave out --late-binding');
  }
  if (contention !== undefined) throw usageError('restart does not go together with --cores', 'leave out one of them');
}

/** Hosts of the whole fleet: without limits each cell is one. */
function hostsOf({fleet, cells}: Pick<ReplayOptions, 'fleet' | 'cells'>): number {
  const unlimited = Math.min(fleet.slots, fleet.memoryMib) === Number.POSITIVE_INFINITY;
  return unlimited ? cells : fleet.count;
}

/** So many different hosts, ascending. */
function drawnHosts(count: number, hosts: number, seed: number): number[] {
  const random = new Random(seed >>> 0);
  const all = Int32Array.from({length: hosts}, (_, host) => host);
  for (let k = 0; k < count; k++) {
    const other = k + random.below(hosts - k);
    [all[k], all[other]] = [all[other]!, all[k]!];
  }
  return [...all.subarray(0, count)].sort((a, b) => a - b);
}

/** Exit 2 where faults do not fit the fleet or what else is asked for. */
export function checkFaults(options: ReplayOptions): void {
  const {faults = [], cells, fleet, semantics} = options;
  if (faults.length === 0) return;
  if (semantics.lateBinding) {
    throw usageError('--fail needs to know which call waits for which instance', 'leave out --late-binding');
  }
  const keeps = faults.some((fault) => 'work' in fault && fault.work === 'keep');
  if (keeps && (options.contention !== undefined || options.pace !== undefined)) {
    throw usageError(
      `--fail with work=keep does not go together with ${options.contention ? '--cores' : '--calls-per-slot'}`,
      'give work=lose',
    );
  }
  const fail = (fault: Fault): void => {
    const ofHosts = fault.kind === 'hosts' || (fault.kind === 'mtbf' && fault.what === 'hosts');
    if (ofHosts && fleet.count === Number.POSITIVE_INFINITY) {
      throw usageError('--fail is of hosts, and here they open as they are needed', 'give --hosts');
    }
    const hosts = hostsOf(options);
    if (fault.kind === 'hosts' && fault.count > hosts) {
      throw usageError(`--fail has hosts=${fault.count}, there ${hosts === 1 ? 'is 1 host' : `are ${hosts} hosts`}`);
    }
    if (fault.kind === 'cell' && fault.cell > cells) {
      throw usageError(`--fail has cell=${fault.cell}, there ${cells === 1 ? 'is 1 cell' : `are ${cells} cells`}`);
    }
  };
  faults.forEach(fail);
}
