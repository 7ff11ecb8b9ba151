import {formatUsd} from '../../base/format.ts';
import {formatCount, US_PER_DAY, US_PER_SECOND} from '../../base/units.ts';
import {DurationLaws} from '../../demand/durations/duration-law.ts';
import {functionColumns, functionRow} from '../../demand/function-row.ts';
import {findingsOf} from '../../demand/rhythm/findings.ts';
import {triggerOf} from '../../workload/trigger-kind.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import {answer, tableOf, type WorkloadPart} from '../topic.ts';
import {type Sensitivity, sensitivityOf} from './sensitive.ts';

/** What isolating a function is worth and costs. */
export interface IsolationTerms {
  /** Share of the calls that a noisy neighbour slows down, and by how much. */
  readonly affectedShare: number;
  readonly extraDelaySeconds: number;
  readonly usdPerHour: number;
  readonly isolationUsdPerDay: number;
}

const METHOD =
  'logistic sum of signs: sync trigger, short median, even durations, day rhythm (+); async or timer trigger, long median, ' +
  'uneven durations, clockwork (-); weights are ours';

/** Which functions of a trace somebody is likely to wait for, and which are worth a host of their own. */
export function interferenceOfWorkload(workload: Workload, terms: IsolationTerms): WorkloadPart {
  const found = scoresOf(workload);
  const score = Float64Array.from(found, (one) => one.score);
  const days = workload.meta.spanUs / US_PER_DAY;
  const callsPerDay = Float64Array.from(score, (_, f) => invocationsOf(workload, f) / days);
  // Isolate if P(sensitive) > cost / (rate x share affected x delay x v): the same threshold as for a prediction.
  const usdPerCall = terms.affectedShare * terms.extraDelaySeconds * (terms.usdPerHour / 3600);
  const threshold = callsPerDay.map((calls) => terms.isolationUsdPerDay / (calls * usdPerCall));
  const count = (holds: (f: number) => boolean): number => score.reduce((sum, _, f) => sum + (holds(f) ? 1 : 0), 0);
  const likely = count((f) => score[f]! > 0.5);
  const isolated = count((f) => score[f]! > threshold[f]!);
  const order = Uint32Array.from(score, (_, f) => f).sort(
    (a, b) => score[b]! - score[a]! || callsPerDay[b]! - callsPerDay[a]! || a - b,
  );
  return {
    verdict: {
      code: isolated > 0 ? 'isolate' : 'leave',
      text:
        `Of the ${formatCount(workload.functions)} functions of the trace ${formatCount(likely)} are likely to have somebody waiting, and ` +
        `${formatCount(isolated)} are worth isolating at ${formatUsd(terms.isolationUsdPerDay)} a day each.`,
    },
    answers: [
      answer('E2.3.functionsSensitive', likely, 'functions', 'functions likely to be latency-sensitive', METHOD),
      answer(
        'E2.3.functionsWorthIsolating',
        isolated,
        'functions',
        'functions worth isolating',
        'score > cost of isolation / (calls x share affected x delay x price of user time)',
      ),
    ],
    tables: [
      tableOf(tableHead, order, (f) => ({
        ...functionRow(workload, f),
        trigger: triggerOf(workload, f),
        callsPerDay: callsPerDay[f]!,
        score: score[f]!,
        threshold: Number.isFinite(threshold[f]) ? threshold[f]! : null,
        isolate: score[f]! > threshold[f]!,
        reasons: found[f]!.reasons,
      })),
    ],
  };
}

const tableHead = {
  id: 'functions',
  title: 'Functions by how likely somebody waits for them',
  columns: [
    ...functionColumns,
    {key: 'trigger', unit: '', head: 'trigger'},
    {key: 'callsPerDay', unit: 'calls/day', head: 'calls/day'},
    {key: 'score', unit: '', head: 'score'},
    {key: 'threshold', unit: '', head: 'isolate from'},
    {key: 'isolate', unit: '', head: 'isolate'},
    {key: 'reasons', unit: 'prose', head: 'why'},
  ],
};

function scoresOf(workload: Workload): Sensitivity[] {
  const spanSeconds = workload.meta.spanUs / US_PER_SECOND;
  const laws = new DurationLaws(workload);
  return findingsOf(workload).map(({f, kind, rhythm}) => {
    const periodHours = rhythm ? spanSeconds / rhythm.cycles / 3600 : 0;
    return sensitivityOf({
      trigger: triggerOf(workload, f),
      durations: laws.of(f),
      daily: periodHours >= 20 && periodHours <= 28,
      timer: kind === 'timer',
    });
  });
}
