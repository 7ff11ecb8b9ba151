import {usageError} from '../base/errors.ts';
import {finiteTimeUs, oneOf, text, timeUs, wholeAtLeast} from '../base/parameters.ts';
import {parseValues} from '../base/part.ts';
import {writtenTimeUs} from '../base/units.ts';
import {readRate} from './start-rate.ts';

/** Something that fails, times in whole microseconds of the trace's clock. Hosts and cells are numbered from 1. */
export type Fault =
  /** So many hosts, drawn by the seed. */
  | ({readonly kind: 'hosts'; readonly count: number; readonly atUs: number; readonly forUs: number} & WorkOnHosts)
  /** The scheduler of that cell. */
  | {readonly kind: 'cell'; readonly cell: number; readonly atUs: number; readonly forUs: number}
  /** No more than so many instances of the fleet start a second. */
  | {readonly kind: 'start-rate'; readonly perSecond: number; readonly atUs: number; readonly forUs: number}
  /** Each host, or each cell's scheduler, so long after it was last back, on average. */
  | ({
      readonly kind: 'mtbf';
      readonly meanUs: number;
      readonly forUs: number;
      readonly what: 'hosts' | 'cells';
    } & WorkOnHosts);

/** What becomes of what is on a host that fails: `keep`: it stands still, and goes on when the host is back. */
interface WorkOnHosts {
  readonly work: 'lose' | 'keep';
}

/** For so long asynchronous calls of a host that has failed are waited for, and others that may run twice if it keeps them. */
export const LEASE_US = 3_000_000;

const at = finiteTimeUs('When.', {example: '10m'});
const lasts = timeUs('For how long.', {example: '5m'});
const finite = finiteTimeUs('For how long.', {example: '3s'});
const work = oneOf(['lose', 'keep'], 'What becomes of the work on them.', {default: 'lose'});
const kinds = {
  hosts: {hosts: wholeAtLeast(1, 'How many.', {example: '50'}), at, for: lasts, work},
  cell: {cell: wholeAtLeast(1, 'Which.', {example: '2'}), at, for: finite},
  'start-rate': {'start-rate': text('rate', 'Starts a second.', {example: '100'}), at, for: finite},
  mtbf: {
    mtbf: finiteTimeUs('Mean time between failures.', {example: '30d'}),
    for: finite,
    what: oneOf(['hosts', 'cells'], 'What fails.', {default: 'hosts'}),
    work,
  },
} as const;

/** `hosts=50,at=10m,for=5m`, `cell=2,at=10m,for=3s`, `start-rate=100,at=10m,for=5m`, `mtbf=30d,for=3s,what=hosts`. */
export function readFault(given: string, what: string): Fault {
  const said = `${what} is '${given}'`;
  const kind = Object.keys(kinds).find((name) => given.split(',').some((pair) => pair.startsWith(`${name}=`)));
  const words = {name: kind ?? what, what, said};
  let fault: Fault;
  if (kind === 'hosts') {
    const {hosts, at: atUs, for: forUs, work: becomes} = parseValues(given, kinds.hosts, words);
    fault = {kind, count: hosts, atUs, forUs, work: becomes};
  } else if (kind === 'cell') {
    const {cell, at: atUs, for: forUs} = parseValues(given, kinds.cell, words);
    fault = {kind, cell, atUs, forUs};
  } else if (kind === 'start-rate') {
    const values = parseValues(given, kinds['start-rate'], words);
    const perSecond = readRate(values['start-rate']);
    if (perSecond === undefined) throw usageError(`${said}: start-rate must be starts a time above 0, such as 100`);
    fault = {kind, perSecond, atUs: values.at, forUs: values.for};
  } else if (kind === 'mtbf') {
    const {mtbf: meanUs, for: forUs, what: things, work: becomes} = parseValues(given, kinds.mtbf, words);
    if (meanUs === 0) throw usageError(`${said}: mtbf is 0s, must be above 0`);
    fault = {kind, meanUs, forUs, what: things, work: becomes};
  } else {
    throw usageError(
      `${said}, must say what fails`,
      'give hosts=50,at=10m,for=5m, cell=2,at=10m,for=3s, start-rate=100,at=10m,for=5m or mtbf=30d,for=3s',
    );
  }
  if (fault.forUs === 0) throw usageError(`${said}: for is ${writtenTimeUs(0)}, must be above 0`);
  return fault;
}

/** Mean time between failures of one host; undefined: they do not fail at random. */
export function hostMtbfUs(faults: readonly Fault[]): number | undefined {
  const means = faults.flatMap((fault) => (fault.kind === 'mtbf' && fault.what === 'hosts' ? [fault.meanUs] : []));
  return means.length === 0 ? undefined : 1 / means.reduce((rate, meanUs) => rate + 1 / meanUs, 0);
}
