import {inputError} from '../base/errors.ts';
import {US_PER_DAY, US_PER_MS, US_PER_SECOND} from '../base/units.ts';
import type {Ledger} from '../replay/ledger.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import {policies} from '../replay/policies/registry.ts';
import type {Calibrated} from '../replay/report/replay-report.ts';
import {coldCountOf} from '../workload/observed-cold.ts';
import type {Workload} from '../workload/workload.ts';

/** Replays the workload under those policies; a ledger each. */
export type Play = (choices: readonly PolicyChoice[]) => Promise<readonly Ledger[]>;

/** Where the search begins: keep-alives from a second to a day. */
const FIRST_SECONDS = [
  ...[1, 2, 5, 10, 20, 30, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 2700],
  ...[3600, 5400, 7200, 14_400, 28_800, 57_600, 86_400],
];
/** Rounds of looking closer between the neighbours of the best, and keep-alives tried in each. */
const ROUNDS = 2;
const CLOSER = 8;

/**
 * The keep-alive that reproduces best which calls a trace says were cold: what runs today, as far as that is a time to
 * live. The least sum over functions of the difference of cold calls counts; of equal ones the shortest.
 */
export async function calibrate(
  workload: Workload,
  place: string,
  window: readonly [fromUs: number, untilUs: number],
  play: Play,
): Promise<Calibrated> {
  const observed = Array.from({length: workload.functions}, (_, f) => coldCountOf(workload, f, window));
  if (observed.every(({known}) => known === 0)) {
    throw inputError(
      place,
      'does not say which calls were cold, so there is nothing to calibrate by',
      'ingest a log that does, such as lambda-log, or --map cold=COLUMN:UNIT',
    );
  }
  const tried = new Map<number, Calibrated>();
  const tryAll = async (times: readonly number[]): Promise<void> => {
    const fresh = times.filter((us) => !tried.has(us));
    const choices = fresh.map((us) => policies.parse(`fixed:ttl=${us / US_PER_MS}ms`, '--calibrate'));
    if (choices.length === 0) return;
    const ledgers = await play(choices);
    for (const [k, ledger] of ledgers.entries()) tried.set(fresh[k]!, outcomeOf(ledger, fresh[k]!, observed));
  };
  const longestUs = Math.max(US_PER_SECOND, Math.min(workload.meta.spanUs, US_PER_DAY));
  await tryAll(FIRST_SECONDS.map((seconds) => seconds * US_PER_SECOND).filter((us) => us <= longestUs));
  for (let round = 0; round < ROUNDS; round++) await tryAll(closerTo(bestOf(tried), [...tried.keys()]));
  return bestOf(tried);
}

function outcomeOf({functions}: Ledger, ttlUs: number, observed: readonly {cold: number; known: number}[]): Calibrated {
  let [differing, cold, of, calls] = [0, 0, 0, 0];
  for (const [f, its] of observed.entries()) {
    if (its.known === 0) continue;
    // Of calls of which nothing is known as many were cold as of the others.
    const simulated = (functions.cold[f]! * its.known) / Math.max(its.known, functions.calls[f]!);
    differing += Math.abs(simulated - its.cold);
    cold += simulated;
    calls += its.cold;
    of += its.known;
  }
  return {
    policy: `fixed:ttl=${ttlUs / US_PER_MS}ms`,
    ttlMs: ttlUs / US_PER_MS,
    differingCalls: Math.round(differing),
    of,
    coldShare: cold / of,
    observedShare: calls / of,
  };
}

function bestOf(tried: ReadonlyMap<number, Calibrated>): Calibrated {
  const all = [...tried.values()].sort((a, b) => a.ttlMs - b.ttlMs);
  return all.reduce((best, next) => (next.differingCalls < best.differingCalls ? next : best));
}

/** Whole milliseconds between the keep-alives on both sides of the best, in equal ratios. */
function closerTo({ttlMs}: Calibrated, times: readonly number[]): number[] {
  const us = ttlMs * US_PER_MS;
  const ascending = [...times].sort((a, b) => a - b);
  const at = ascending.indexOf(us);
  const [low, high] = [ascending[at - 1] ?? us, ascending[at + 1] ?? us];
  const between = Array.from({length: CLOSER}, (_, k) => low * (high / low) ** ((k + 1) / (CLOSER + 1)));
  return [...new Set(between.map((time) => Math.round(time / US_PER_MS) * US_PER_MS))].filter((time) => time > 0);
}
