import {formatSeconds, formatShare, formatUsd} from '../../base/format.ts';
import {formatCount, US_PER_DAY, US_PER_SECOND} from '../../base/units.ts';
import {type DurationLaw, DurationLaws} from '../../demand/durations/duration-law.ts';
import {functionColumns, functionRow, rowsByScore} from '../../demand/function-row.ts';
import {triggerKind, triggerOf} from '../../workload/trigger-kind.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import {answer, tableOf, type WorkloadPart} from '../topic.ts';
import {hostWait} from './host-wait.ts';
import type {LongRunning} from './inputs.ts';
import type {Mix} from './mix.ts';
import {batchUsdPerGbHour} from './ways.ts';

/** One function's long calls. Shares are of all calls and all execution time of the trace. */
interface LongCalls {
  readonly calls: number;
  readonly seconds: number;
  readonly longCalls: number;
  readonly longSeconds: number;
  readonly p95Seconds: number;
  /** Sum over its calls of the squared run time. */
  readonly squares: number;
}

const METHOD = "calls' own durations, else the line through the function's percentiles scaled to its average";
const WAIT_METHOD = '(1 + CV^2)/2 over all calls of the trace';
const SAVES_METHOD =
  'memory x run time of the long calls at both prices, their start in the pool too; unknown memory as --memory';
const BATCH_METHOD = 'p95 above the timeout, nobody waits';

/** Which functions of a trace run longer than the timeout, what part of calls and time that is, and who may go to batch. */
export function longRunningOfWorkload(workload: Workload, values: LongRunning): WorkloadPart {
  const {timeoutSeconds} = values;
  const laws = new DurationLaws(workload);
  const each = Array.from({length: workload.functions}, (_, f) =>
    longCallsOf(laws.of(f), invocationsOf(workload, f), timeoutSeconds),
  );
  const trace = totalsOf(each);
  const rows = Array.from(rowsByScore(Float64Array.from(each, (one) => one?.longSeconds ?? 0)))
    .filter((f) => (each[f]?.longCalls ?? 0) > 0)
    .map((f) => rowOf(workload, f, each[f]!, trace.seconds, values));
  const candidates = rows.filter((row) => row.batch);
  const shares = {
    calls: trace.longCalls / trace.calls,
    time: trace.seconds > 0 ? trace.longSeconds / trace.seconds : 0,
    batchTime: candidates.reduce((total, row) => total + row.traceTimeShare, 0),
  };
  const saves = candidates.reduce((total, row) => total + Math.max(0, row.batchSavesUsdPerDay), 0);
  const sent = candidates.filter((row) => row.batchSavesUsdPerDay > 0).length;
  const wait = hostWait(mixOfTrace(trace), values.slots, values.load);
  return {
    verdict:
      trace.known === 0
        ? {code: 'unknown', text: 'The trace tells no durations.'}
        : {
            code: rows.length === 0 ? 'run' : sent > 0 ? 'batch' : 'extend',
            text:
              `In the trace ${formatShare(shares.calls)} of calls exceed ${formatSeconds(timeoutSeconds)} and hold ` +
              `${formatShare(shares.time)} of execution time; ${formatCount(candidates.length)} of ${formatCount(rows.length)} ` +
              `functions with such calls suit a batch pool, and ${formatCount(sent)} are cheaper there: ${formatUsd(saves)} a day.`,
          },
    answers: [
      answer(
        'E4.1.traceFunctionsWithDuration',
        trace.known,
        'functions',
        'functions whose durations the trace tells',
        METHOD,
      ),
      answer('E4.1.traceCallsAbove', shares.calls, 'share', 'calls of the trace above the timeout', METHOD),
      answer('E4.1.traceTimeAbove', shares.time, 'share', 'execution time that they hold', METHOD),
      answer('E4.1.traceFunctionsAbove', rows.length / trace.known, 'share', 'functions with such a call', METHOD),
      answer('E4.1.traceAppsAbove', appsOf(rows), 'apps', 'apps with such a call', METHOD),
      answer(
        'E4.1.traceWaitFactor',
        trace.waitFactor,
        'x',
        'queueing times longer than if all were exponential, one server',
        WAIT_METHOD,
      ),
      answer(
        'E4.3.traceWaitFactor',
        wait.exponentialSeconds === 0 ? Number.NaN : wait.seconds / wait.exponentialSeconds,
        'x',
        'the same on a host of --slots at --load',
        'M/G/n of the calls above the timeout, alike, and the others, exponential',
      ),
      answer('E4.4.batchCandidates', candidates.length, 'functions', 'functions for a batch pool', BATCH_METHOD),
      answer('E4.4.batchTimeShare', shares.batchTime, 'share', 'execution time of their long calls', METHOD),
      answer('E4.4.batchSavesUsdPerDay', saves, 'USD/day', 'saved by those that are cheaper there', SAVES_METHOD),
    ],
    tables: [tableOf(tableHead, rows, (row) => row)],
  };
}

const tableHead = {
  id: 'functions',
  title: 'Functions with calls above the timeout, by the execution time of those',
  columns: [
    ...functionColumns,
    {key: 'trigger', unit: '', head: 'trigger'},
    {key: 'calls', unit: 'calls', head: 'calls'},
    {key: 'longCallsShare', unit: 'share', head: 'long calls'},
    {key: 'longTimeShare', unit: 'share', head: 'of its time'},
    {key: 'traceTimeShare', unit: 'share', head: 'of all time'},
    {key: 'p95Seconds', unit: 's', head: 'p95'},
    {key: 'batch', unit: '', head: 'batch'},
    {key: 'batchSavesUsdPerDay', unit: 'USD', head: 'saves $/day'},
  ],
};

function rowOf(workload: Workload, f: number, one: LongCalls, traceSeconds: number, values: LongRunning) {
  const trigger = triggerOf(workload, f);
  const memoryMib = workload.memoryMib[f]!;
  const memoryGb = Number.isNaN(memoryMib) ? values.memoryGb : memoryMib / 1024;
  const here = one.longSeconds * values.usdPerGbHour;
  const there = (one.longSeconds + one.longCalls * values.batchStartSeconds) * batchUsdPerGbHour(values);
  const days = workload.meta.spanUs / US_PER_DAY;
  // Who waits for the answer loses it in a batch pool.
  const batch = one.p95Seconds > values.timeoutSeconds && triggerKind(trigger) !== 'sync';
  return {
    ...functionRow(workload, f),
    trigger,
    calls: one.calls,
    longCallsShare: one.longCalls / one.calls,
    longTimeShare: one.longSeconds / one.seconds,
    traceTimeShare: one.longSeconds / traceSeconds,
    p95Seconds: one.p95Seconds,
    batch,
    batchSavesUsdPerDay: batch ? ((here - there) * memoryGb) / 3600 / days : 0,
  };
}

function totalsOf(each: readonly (LongCalls | undefined)[]) {
  const known = each.filter((one) => one !== undefined);
  const sum = (pick: (one: LongCalls) => number): number => known.reduce((total, one) => total + pick(one), 0);
  const calls = sum((one) => one.calls);
  const seconds = sum((one) => one.seconds);
  return {
    known: known.length,
    calls,
    seconds,
    longCalls: sum((one) => one.longCalls),
    longSeconds: sum((one) => one.longSeconds),
    waitFactor: (sum((one) => one.squares) * calls) / (2 * seconds ** 2),
  };
}

/** The calls above the timeout as long ones, all alike, among the others. */
function mixOfTrace({calls, seconds, longCalls, longSeconds}: ReturnType<typeof totalsOf>): Mix {
  const shortCalls = calls - longCalls;
  return {
    longShare: calls === 0 ? 0 : longCalls / calls,
    longSeconds: longCalls === 0 ? 1 : longSeconds / longCalls,
    shortSeconds: shortCalls === 0 ? 0 : (seconds - longSeconds) / shortCalls,
  };
}

function appsOf(rows: readonly {readonly owner: string; readonly app: string}[]): number {
  return new Set(rows.map(({owner, app}) => JSON.stringify([owner, app]))).size;
}

function longCallsOf(law: DurationLaw | undefined, calls: number, timeoutSeconds: number): LongCalls | undefined {
  if (!law) return undefined;
  const meanSeconds = law.meanUs / US_PER_SECOND;
  const seconds = calls * meanSeconds;
  const above = law.above(timeoutSeconds * US_PER_SECOND);
  const spread = meanSeconds > 0 ? 1 + law.cv ** 2 : 0;
  return {
    calls,
    seconds,
    longCalls: calls * above.calls,
    longSeconds: seconds * above.time,
    p95Seconds: law.quantileUs(0.95) / US_PER_SECOND,
    squares: spread * seconds * meanSeconds,
  };
}
