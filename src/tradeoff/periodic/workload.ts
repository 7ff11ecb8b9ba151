import {formatSeconds, formatUsd} from '../../base/format.ts';
import {formatCount, US_PER_SECOND} from '../../base/units.ts';
import {functionColumns, functionRow} from '../../demand/function-row.ts';
import {FALSE_DISCOVERIES, type Finding, findingsOf, type Kind} from '../../demand/rhythm/findings.ts';
import {type Fold, spreadSeconds} from '../../demand/rhythm/fold.ts';
import {RHYTHM_BINS} from '../../demand/rhythm/rhythm.ts';
import {triggerOf} from '../../workload/trigger-kind.ts';
import {resolutionUs, type Workload} from '../../workload/workload.ts';
import {type Answer, answer, type TableSource, tableOf, type WorkloadPart} from '../topic.ts';
import {type PreWarm, preWarmOf, type ScheduleTerms, strokesAtOnce} from './schedule.ts';

const METHOD =
  'timers: phase folding over the usual periods and the own most frequent gap, Rayleigh test by period; rhythms: ' +
  `Fisher's g over ${RHYTHM_BINS} bins of log counts and a hill of the autocorrelation; both at ${FALSE_DISCOVERIES * 100} % ` +
  'false discoveries (Benjamini-Hochberg); declared timers need no test';

/** Prices and times of a schedule, before the number of functions that strike at once is known. */
export interface PeriodicTerms extends Omit<ScheduleTerms, 'leadSeconds' | 'resolutionSeconds'> {
  readonly p99ColdSeconds: number;
  /** Instances a second that the platform can start. */
  readonly startRate: number;
}

/** Which functions of a trace are called by the clock, which by a rhythm, which at random; and when to warm the first. */
export function periodicOfWorkload(workload: Workload, terms: PeriodicTerms): WorkloadPart {
  const findings = findingsOf(workload);
  const timers = findings.filter((one) => one.kind === 'timer');
  const atOnce = strokesAtOnce(timers.map((one) => one.fold!));
  // What is known to the microsecond is known exactly.
  const resolutionSeconds = Math.floor(resolutionUs(workload.arrivals) / US_PER_SECOND);
  const leadSeconds = terms.p99ColdSeconds + atOnce / terms.startRate + terms.jitterSeconds;
  const schedule = scheduleOf(timers, {...terms, leadSeconds, resolutionSeconds});
  const saves = schedule.reduce((sum, one) => sum + one.savesUsdPerDay, 0);
  const costs = schedule.reduce((sum, one) => sum + one.usdPerDay, 0);
  const count = (kind: Kind): number => findings.filter((one) => one.kind === kind).length;
  const preWarmed = schedule.filter((one) => one.action !== 'none').length;
  const answers: Answer[] = [
    answer('E1.4.functionsTimer', timers.length, 'functions', 'functions called by the clock', METHOD),
    answer('E1.4.functionsMixed', count('mixed'), 'functions', 'functions called by the clock and otherwise', METHOD),
    answer('E1.4.functionsRhythm', count('rhythm'), 'functions', 'functions with a rhythm, such as a day', METHOD),
    answer('E1.4.functionsSteady', count('steady'), 'functions', 'functions called nearly every minute', METHOD),
    answer('E1.4.functionsRandom', count('random'), 'functions', 'functions called at random', METHOD),
    answer(
      'E1.4.timersAtOnce',
      atOnce,
      'functions',
      'timers that strike in the busiest minute',
      'periods and phases found',
    ),
    answer(
      'E1.4.scheduleLeadSeconds',
      leadSeconds,
      's',
      'lead they need',
      'p99 cold + timers at once / start rate + jitter',
    ),
    answer('E1.4.scheduleUsdPerDay', costs, 'USD/day', 'cost of the schedule', 'warm price x (lead + spread + jitter)'),
    answer('E1.4.scheduleSavesUsdPerDay', saves, 'USD/day', 'saved by it', 'cold starts avoided less cost'),
  ];
  return {
    verdict:
      `Of the ${formatCount(workload.functions)} functions of the trace ${formatCount(timers.length)} are called by the clock, ` +
      `${formatCount(count('mixed'))} partly so, ${formatCount(count('rhythm'))} have a rhythm, ${formatCount(count('steady'))} are called nearly every minute, ${formatCount(count('random'))} at random; ` +
      `warming ${formatCount(preWarmed)} of the first ${formatSeconds(leadSeconds)} ahead saves ${formatUsd(saves)} a day.`,
    answers,
    tables: [scheduleTable(workload, schedule), kindTable(workload, findings)],
  };
}

/** A timer, and what to do about it. */
interface Scheduled extends PreWarm {
  readonly f: number;
  readonly fold: Fold;
}

function scheduleOf(timers: readonly Finding[], terms: ScheduleTerms): Scheduled[] {
  return timers
    .map(({f, fold}) => ({f, fold: fold!, ...preWarmOf(fold!, terms)}))
    .sort((a, b) => b.savesUsdPerDay - a.savesUsdPerDay);
}

function scheduleTable(workload: Workload, schedule: readonly Scheduled[]): TableSource {
  const head = {
    id: 'schedule',
    title: 'Functions called by the clock, and when to have an instance ready in each period',
    columns: [
      ...functionColumns,
      {key: 'trigger', unit: '', head: 'trigger'},
      {key: 'periodSeconds', unit: 's', head: 'period'},
      {key: 'phaseSeconds', unit: 's', head: 'phase'},
      {key: 'strength', unit: '', head: 'strength'},
      {key: 'keptShare', unit: 'share', head: 'kept'},
      {key: 'spreadSeconds', unit: 's', head: 'spread'},
      {key: 'action', unit: '', head: 'action'},
      {key: 'startSeconds', unit: 's', head: 'start at'},
      {key: 'untilSeconds', unit: 's', head: 'drop at'},
      {key: 'usdPerDay', unit: 'USD', head: '$/day'},
      {key: 'savesUsdPerDay', unit: 'USD', head: 'saves $/day'},
    ],
  };
  return tableOf(head, schedule, ({f, fold, ...preWarm}) => ({
    ...functionRow(workload, f),
    trigger: triggerOf(workload, f),
    periodSeconds: fold.periodSeconds,
    phaseSeconds: fold.phaseSeconds,
    strength: fold.strength,
    keptShare: fold.kept,
    spreadSeconds: spreadSeconds(fold),
    ...preWarm,
  }));
}

function kindTable(workload: Workload, findings: readonly Finding[]): TableSource {
  const span = workload.meta.spanUs / US_PER_SECOND;
  const head = {
    id: 'functions',
    title: 'All functions: timer, mixed, rhythm, steady or random',
    columns: [
      ...functionColumns,
      {key: 'kind', unit: '', head: 'kind'},
      {key: 'periodSeconds', unit: 's', head: 'period'},
      {key: 'phaseSeconds', unit: 's', head: 'phase'},
      {key: 'strength', unit: '', head: 'strength'},
      {key: 'p', unit: '', head: 'p'},
    ],
  };
  return tableOf(head, findings, ({f, kind, fold, rhythm, p}) => {
    const period = fold?.periodSeconds ?? (rhythm ? span / rhythm.cycles : null);
    return {
      ...functionRow(workload, f),
      kind,
      periodSeconds: period,
      phaseSeconds: fold?.phaseSeconds ?? (rhythm ? rhythm.peak * period! : null),
      strength: fold?.strength ?? rhythm?.share ?? null,
      p,
    };
  });
}
