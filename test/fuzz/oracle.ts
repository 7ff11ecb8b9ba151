import {UserError} from '../../src/base/errors.ts';
import {decodeWorkload} from '../../src/workload/file/arrow-decode.ts';
import {readWhole} from '../../src/workload/file/file.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {type Report, run} from './commands.ts';

/** What a mutant did that nothing may do. */
export class Fault extends Error {}

export function must(holds: boolean, message: () => string): void {
  if (!holds) throw new Fault(message());
}

/** Whether the command made something of its input; a refusal must be one that a user can read. */
export async function accepted<T>(command: () => Promise<T>): Promise<T | undefined> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    must([2, 3, 4].includes(error.exitCode), () => `exit ${error.exitCode}`);
    must(error.message.length > 0, () => 'an error without a word');
    must(
      !/undefined|\[object|Cannot (read|destructure|set|mix)|is not (a function|iterable)/.test(
        error.message.replace(/'[^']*'/g, ''),
      ),
      () => {
        return `an error that nobody wrote: ${error.message}`;
      },
    );
    return undefined;
  }
}

/** Every number of a report is one: JSON would make null of others. */
export function expectNumbers(report: unknown, path = ''): void {
  if (typeof report === 'number') must(Number.isFinite(report), () => `${path} is ${report}`);
  else if (typeof report === 'object' && report !== null) {
    for (const [key, value] of Object.entries(report)) expectNumbers(value, `${path}.${key}`);
  }
}

/** Calls of a workload, added up as whole numbers of any size. */
export function callsIn({arrivals, functions}: Workload): bigint {
  let total = 0n;
  for (let f = 0; f < functions; f++) {
    if (arrivals.kind === 'event') {
      total += BigInt(arrivals.arrivalUs.length[f]!);
      continue;
    }
    const {values, start, length} = arrivals.count;
    for (let i = start[f]!, end = i + length[f]!; i < end; i++) total += BigInt(values[i]!);
  }
  return total;
}

/** Beyond so many calls a replay is honest work. */
const REPLAYED_CALLS = 20_000n;

/** What loads can be described, replayed and planned, and all of them count what it says. */
export async function expectUsable(path: string): Promise<void> {
  const workload = decodeWorkload(await readWhole(path));
  const calls = callsIn(workload);
  must(calls <= BigInt(Number.MAX_SAFE_INTEGER), () => `${calls} calls`);
  const described = await accepted(() => run('describe', path));
  if (described) {
    expectNumbers(described);
    must(
      BigInt(described.invocations as number) === calls,
      () => `describe counts ${described.invocations} of ${calls}`,
    );
  }
  if (calls > REPLAYED_CALLS) return;
  const replayed = await accepted(() => run('replay', path, '--threads', '1'));
  must((replayed === undefined) === (calls === 0n), () => `a replay of ${calls} calls: ${replayed && 'made'}`);
  if (replayed) expectReplayed(replayed, calls);
  const planned = await accepted(() => run('plan', path, '--rest', 'keep'));
  if (planned) expectNumbers(planned);
}

/** Every call became something. */
export function expectReplayed(report: Report, calls: bigint): void {
  expectNumbers(report);
  for (const one of report.runs as Readonly<Record<string, number>>[]) {
    must(BigInt(one.invocations!) === calls, () => `the replay has ${one.invocations} of ${calls} calls`);
    const fates = ['warm', 'cold', 'dropped', 'abandoned', 'stillQueued'].map((fate) => one[fate] ?? 0);
    const sum = fates.reduce((a, b) => a + b, 0);
    must(sum === one.invocations, () => `${sum} fates of ${one.invocations} calls`);
    must((one.usdPerDay ?? 0) >= 0, () => `usdPerDay is ${one.usdPerDay}`);
  }
}
