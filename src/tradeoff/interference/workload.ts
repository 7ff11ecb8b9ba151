import {formatUsd} from '../../base/format.ts';
import {formatCount, US_PER_DAY, US_PER_SECOND} from '../../base/units.ts';
import {DurationLaws} from '../../demand/durations/duration-law.ts';
import {functionColumns, functionRow} from '../../demand/function-row.ts';
import {findingsOf} from '../../demand/rhythm/findings.ts';
import {triggerKind, triggerOf} from '../../workload/trigger-kind.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import {answer, tableOf, type WorkloadPart} from '../topic.ts';
import {rankedAbove} from './ranked-above.ts';
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
  'uneven durations, clockwork (-); durations count from 20 calls on; weights are ours, a ranking and no probability';

/** Score of a function that shows nothing. */
const NO_SIGN = 0.5;

/** Which functions of a trace somebody is likely to wait for, and which are worth a host of their own. */
export function interferenceOfWorkload(workload: Workload, terms: IsolationTerms): WorkloadPart {
  const found = scoresOf(workload);
  const score = Float64Array.from(found, (one) => one.score);
  const days = workload.meta.spanUs / US_PER_DAY;
  const callsPerDay = Float64Array.from(score, (_, f) => invocationsOf(workload, f) / days);
  const usdPerCall = terms.affectedShare * terms.extraDelaySeconds * (terms.usdPerHour / 3600);
  // From this chance on that somebody waits isolation pays; beyond 1 it never does. The score is no such chance.
  const threshold = callsPerDay.map((calls) => terms.isolationUsdPerDay / (calls * usdPerCall));
  const sensitive = (f: number): boolean => score[f]! > NO_SIGN;
  const pays = (f: number): boolean => threshold[f]! < 1;
  const count = (holds: (f: number) => boolean): number => score.reduce((sum, _, f) => sum + (holds(f) ? 1 : 0), 0);
  const likely = count(sensitive);
  const paying = count(pays);
  const isolated = count((f) => sensitive(f) && pays(f));
  const order = Uint32Array.from(score, (_, f) => f).sort(
    (a, b) => score[b]! - score[a]! || callsPerDay[b]! - callsPerDay[a]! || a - b,
  );
  return {
    verdict: {
      code: isolated > 0 ? 'isolate' : 'leave',
      text:
        `Of the ${formatCount(workload.functions)} functions of the trace ${formatCount(likely)} show signs of ` +
        `somebody waiting, and ${formatCount(paying)} have calls enough to be isolated at ${formatUsd(terms.isolationUsdPerDay)} a day each ` +
        `if somebody does: ${isolated === 0 ? 'none is both' : `isolate the ${formatCount(isolated)} that are both`}.`,
    },
    answers: [
      answer('E2.3.functionsSensitive', likely, 'functions', 'functions with signs that somebody waits', METHOD),
      answer(
        'E2.3.functionsWorthIfSensitive',
        paying,
        'functions',
        'functions worth isolating if somebody waits',
        'calls x share affected x delay x price of user time > cost of isolation',
      ),
      answer(
        'E2.3.functionsWorthIsolating',
        isolated,
        'functions',
        'functions worth isolating: both',
        'more signs for than against, and calls enough',
      ),
      answer(
        'E2.3.scoreRanks',
        ranksByTrigger(workload),
        'share',
        'pairs ranked right when the trigger, which says who waits, is hidden',
        'area under the ROC curve of the score without the trigger: sync against async and timer triggers, 50 % is chance',
      ),
    ],
    tables: [
      tableOf(tableHead, order, (f) => ({
        ...functionRow(workload, f),
        trigger: triggerOf(workload, f),
        callsPerDay: callsPerDay[f]!,
        score: score[f]!,
        threshold: Number.isFinite(threshold[f]) ? threshold[f]! : null,
        isolate: sensitive(f) && pays(f),
        reasons: found[f]!.reasons,
      })),
    ],
  };
}

const tableHead = {
  id: 'functions',
  title: 'Functions by signs that somebody waits for them, and the chance of it from which isolation pays',
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

/**
 * How well the score does where the truth is known: whoever has a trigger that waits, or that nobody waits on. It may not see
 * the trigger. The share of pairs that it ranks right; NaN without both.
 */
function ranksByTrigger(workload: Workload): number {
  const blind = scoresOf(workload, () => '').map(({score}) => score);
  const waits = blind.map((_, f) => {
    const kind = triggerKind(triggerOf(workload, f));
    return kind === 'unknown' ? undefined : kind === 'sync';
  });
  return rankedAbove(
    blind.filter((_, f) => waits[f] === true),
    blind.filter((_, f) => waits[f] === false),
  );
}

/** How likely it looks that somebody waits for each function, by what the trace shows of it. [row] */
export function scoresOf(workload: Workload, trigger = (f: number): string => triggerOf(workload, f)): Sensitivity[] {
  const spanSeconds = workload.meta.spanUs / US_PER_SECOND;
  const laws = new DurationLaws(workload);
  return findingsOf(workload).map(({f, kind, rhythm}) => {
    const periodHours = rhythm ? spanSeconds / rhythm.cycles / 3600 : 0;
    return sensitivityOf({
      trigger: trigger(f),
      durations: laws.of(f),
      calls: invocationsOf(workload, f),
      daily: periodHours >= 20 && periodHours <= 28,
      timer: kind === 'timer',
    });
  });
}
