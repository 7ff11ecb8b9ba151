import {formatCount} from '../../base/units.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import {durationsOf} from '../durations.ts';
import {formatSeconds, formatShare} from '../format.ts';
import {functionColumns, functionRow, rowsByScore} from '../function-row.ts';
import {type Answer, answer, tableOf, type WorkloadPart} from '../topic.ts';
import {triggerKind, triggerOf} from '../trigger-kind.ts';

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

/** Which functions of a trace run longer than the timeout, what part of calls and time that is, and who may go to batch. */
export function longRunningOfWorkload(workload: Workload, timeoutSeconds: number): WorkloadPart {
  const each = Array.from({length: workload.functions}, (_, f) => longCallsOf(workload, f, timeoutSeconds));
  const sum = (pick: (one: LongCalls) => number): number =>
    each.reduce((total, one) => total + (one ? pick(one) : 0), 0);
  const all = {calls: sum((one) => one.calls), seconds: sum((one) => one.seconds)};
  const order = rowsByScore(Float64Array.from(each, (one) => one?.longSeconds ?? 0));
  const rows = Array.from(order)
    .filter((f) => (each[f]?.longCalls ?? 0) > 0)
    .map((f) => {
      const one = each[f]!;
      const trigger = triggerOf(workload, f);
      return {
        ...functionRow(workload, f),
        trigger,
        calls: one.calls,
        longCallsShare: one.longCalls / one.calls,
        longTimeShare: one.seconds === 0 ? 0 : one.longSeconds / one.seconds,
        traceTimeShare: one.longSeconds / all.seconds,
        p95Seconds: one.p95Seconds,
        // Who waits for the answer loses it in a batch pool.
        batch: one.p95Seconds > timeoutSeconds && triggerKind(trigger) !== 'sync',
      };
    });
  const candidates = rows.filter((row) => row.batch);
  const apps = new Set(rows.map((row) => `${row.owner}\n${row.app}`)).size;
  const known = each.filter((one) => one !== undefined).length;
  const longCalls = sum((one) => one.longCalls) / all.calls;
  const longTime = all.seconds > 0 ? sum((one) => one.longSeconds) / all.seconds : 0;
  const answers: Answer[] = [
    answer('E4.1.traceFunctionsWithDuration', known, 'functions', 'functions whose durations the trace tells', METHOD),
    answer('E4.1.traceCallsAbove', longCalls, 'share', 'calls of the trace above the timeout', METHOD),
    answer('E4.1.traceTimeAbove', longTime, 'share', 'execution time that they hold', METHOD),
    answer('E4.1.traceFunctionsAbove', rows.length / known, 'share', 'functions with such a call', METHOD),
    answer('E4.1.traceAppsAbove', apps, 'apps', 'apps with such a call', METHOD),
    answer(
      'E4.1.traceWaitFactor',
      (sum((one) => one.squares) * all.calls) / (2 * all.seconds ** 2),
      'x',
      'queueing times longer than with even calls',
      '(1 + CV^2)/2 over all calls of the trace',
    ),
    answer(
      'E4.4.batchCandidates',
      candidates.length,
      'functions',
      'functions for a batch pool',
      'p95 above the timeout, nobody waits',
    ),
    answer(
      'E4.4.batchTimeShare',
      candidates.reduce((total, row) => total + row.traceTimeShare, 0),
      'share',
      'execution time of their long calls',
      METHOD,
    ),
  ];
  return {
    verdict:
      known === 0
        ? 'The trace tells no durations.'
        : `In the trace ${formatShare(longCalls)} of calls exceed ${formatSeconds(timeoutSeconds)} and hold ${formatShare(longTime)} of ` +
          `execution time; ${formatCount(candidates.length)} of ${formatCount(rows.length)} functions with such calls suit a batch pool.`,
    answers,
    tables: [
      tableOf(
        {
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
          ],
        },
        rows,
        (row) => row,
      ),
    ],
  };
}

function longCallsOf(workload: Workload, f: number, timeoutSeconds: number): LongCalls | undefined {
  const durations = durationsOf(workload, f);
  if (!durations) return undefined;
  const calls = invocationsOf(workload, f);
  const seconds = (calls * durations.meanMs) / 1000;
  const above = durations.above(timeoutSeconds * 1000);
  const spread = durations.meanMs > 0 ? 1 + durations.cv ** 2 : 0;
  return {
    calls,
    seconds,
    longCalls: calls * above.calls,
    longSeconds: seconds * above.time,
    p95Seconds: durations.quantileMs(0.95) / 1000,
    squares: (spread * seconds * durations.meanMs) / 1000,
  };
}
