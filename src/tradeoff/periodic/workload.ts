import {formatCount, US_PER_SECOND} from '../../base/units.ts';
import type {Workload} from '../../workload/workload.ts';
import {CallTimes} from '../call-times.ts';
import {formatSeconds, formatUsd} from '../format.ts';
import {functionColumns, functionRow} from '../function-row.ts';
import {type Answer, answer, type TradeoffTable, type WorkloadPart} from '../topic.ts';
import {type Detection, detectPeriod} from './detect.ts';
import {discoveryThreshold} from './false-discovery.ts';
import {type Fold, spreadSeconds} from './fold.ts';
import {RHYTHM_BINS, type Rhythm, strongestRhythm} from './rhythm.ts';
import {preWarmOf, type ScheduleTerms, strokesAtOnce} from './schedule.ts';

/** At most this share of the functions called periodic is expected not to be. */
const FALSE_DISCOVERIES = 0.01;
/** From here on a folded period is a timer's stroke rather than a preference for some phase. */
const TIMER_STRENGTH = 0.8;
/** Active minutes (or calls) below which a series is too short to show a rhythm. */
const MIN_FOR_RHYTHM = 32;

const METHOD =
  'timers: phase folding over the usual periods and the own most frequent gap, Rayleigh test by period; rhythms: ' +
  `Fisher's g over ${RHYTHM_BINS} bins of log counts and a hill of the autocorrelation; both at ${FALSE_DISCOVERIES * 100} % ` +
  'false discoveries (Benjamini-Hochberg)';

type Kind = 'timer' | 'rhythm' | 'random';

/** What a trace shows of a function's regularity. */
interface Finding {
  readonly f: number;
  readonly kind: Kind;
  readonly fold: Fold | undefined;
  readonly rhythm: Rhythm | undefined;
  readonly p: number;
}

/** Prices and times of a schedule, before the number of functions that strike at once is known. */
export interface PeriodicTerms extends Omit<ScheduleTerms, 'leadSeconds'> {
  readonly p99ColdSeconds: number;
  /** Instances a second that the platform can start. */
  readonly startRate: number;
}

/** Which functions of a trace are called by the clock, which by a rhythm, which at random; and when to warm the first. */
export function periodicOfWorkload(workload: Workload, terms: PeriodicTerms): WorkloadPart {
  const findings = findingsOf(workload);
  const timers = findings.filter((one) => one.kind === 'timer');
  const atOnce = strokesAtOnce(timers.map((one) => one.fold!));
  const leadSeconds = terms.p99ColdSeconds + atOnce / terms.startRate + terms.jitterSeconds;
  const schedule = scheduleTable(workload, timers, {...terms, leadSeconds});
  const sum = (key: string): number => schedule.rows.reduce((total, row) => total + Number(row[key]), 0);
  const rhythms = findings.filter((one) => one.kind === 'rhythm').length;
  const random = workload.functions - timers.length - rhythms;
  const preWarmed = schedule.rows.filter((row) => row.action !== 'none').length;
  const answers: Answer[] = [
    answer('E1.4.functionsTimer', timers.length, 'functions', 'functions called by the clock', METHOD),
    answer('E1.4.functionsRhythm', rhythms, 'functions', 'functions with a rhythm, such as a day', METHOD),
    answer('E1.4.functionsRandom', random, 'functions', 'functions without either', METHOD),
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
    answer(
      'E1.4.scheduleUsdPerDay',
      sum('usdPerDay'),
      'USD/day',
      'cost of the schedule',
      'warm price x (lead + spread + jitter)',
    ),
    answer(
      'E1.4.scheduleSavesUsdPerDay',
      sum('savesUsdPerDay'),
      'USD/day',
      'saved by it',
      'cold starts avoided less cost',
    ),
  ];
  return {
    verdict:
      `Of the ${formatCount(workload.functions)} functions of the trace ${formatCount(timers.length)} are called by the clock, ` +
      `${formatCount(rhythms)} have a rhythm, ${formatCount(random)} neither; warming ${formatCount(preWarmed)} of them ` +
      `${formatSeconds(leadSeconds)} ahead saves ${formatUsd(sum('savesUsdPerDay'))} a day.`,
    answers,
    tables: [schedule, rhythmTable(workload, findings)],
  };
}

function findingsOf(workload: Workload): Finding[] {
  const n = workload.functions;
  const resolution = workload.arrivals.kind === 'event' ? 1 : 60;
  const times = new CallTimes(workload);
  const detections: (Detection | undefined)[] = [];
  const rhythms: (Rhythm | undefined)[] = [];
  const p = new Float64Array(2 * n).fill(1);
  for (let f = 0; f < n; f++) {
    times.read(f);
    const detection = detectPeriod(times.seconds, times.length, resolution);
    const rhythm = times.length < MIN_FOR_RHYTHM ? undefined : strongestRhythm(binned(times, workload));
    p[2 * f] = detection?.p ?? 1;
    p[2 * f + 1] = rhythm?.p ?? 1;
    detections.push(detection);
    rhythms.push(rhythm);
  }
  const believed = discoveryThreshold(p, FALSE_DISCOVERIES);
  return detections.map((detection, f) => {
    const rhythm = rhythms[f];
    if (detection && detection.p <= believed && detection.fold.strength >= TIMER_STRENGTH) {
      return {f, kind: 'timer', fold: detection.fold, rhythm: undefined, p: detection.p};
    }
    if (rhythm && rhythm.p <= believed) return {f, kind: 'rhythm', fold: undefined, rhythm, p: rhythm.p};
    return {f, kind: 'random', fold: undefined, rhythm: undefined, p: Math.min(p[2 * f]!, p[2 * f + 1]!)};
  });
}

const bins = new Float64Array(RHYTHM_BINS);

/** log(1 + calls) in equal parts of the span: a burst then weighs little more than a busy hour. */
function binned(times: CallTimes, workload: Workload): Float64Array {
  const perBin = workload.meta.spanUs / US_PER_SECOND / RHYTHM_BINS;
  bins.fill(0);
  for (let i = 0; i < times.length; i++) {
    const bin = Math.min(RHYTHM_BINS - 1, Math.floor(times.seconds[i]! / perBin));
    bins[bin]! += times.count[i]!;
  }
  for (let i = 0; i < RHYTHM_BINS; i++) bins[i] = Math.log1p(bins[i]!);
  return bins;
}

function scheduleTable(workload: Workload, timers: readonly Finding[], terms: ScheduleTerms): TradeoffTable {
  const rows = timers.map(({f, fold}) => {
    const preWarm = preWarmOf(fold!, terms);
    return {
      ...functionRow(workload, f),
      periodSeconds: fold!.periodSeconds,
      phaseSeconds: fold!.phaseSeconds,
      strength: fold!.strength,
      keptShare: fold!.kept,
      spreadSeconds: spreadSeconds(fold!),
      ...preWarm,
    };
  });
  return {
    id: 'schedule',
    title: 'Functions called by the clock, and when to have an instance ready in each period',
    columns: [
      ...functionColumns,
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
    rows: rows.sort((a, b) => b.savesUsdPerDay - a.savesUsdPerDay),
  };
}

function rhythmTable(workload: Workload, findings: readonly Finding[]): TradeoffTable {
  const span = workload.meta.spanUs / US_PER_SECOND;
  return {
    id: 'functions',
    title: 'All functions: timer, rhythm or random',
    columns: [
      ...functionColumns,
      {key: 'kind', unit: '', head: 'kind'},
      {key: 'periodSeconds', unit: 's', head: 'period'},
      {key: 'phaseSeconds', unit: 's', head: 'phase'},
      {key: 'strength', unit: '', head: 'strength'},
      {key: 'p', unit: '', head: 'p'},
    ],
    rows: findings.map(({f, kind, fold, rhythm, p}) => {
      const period = fold?.periodSeconds ?? (rhythm ? span / rhythm.cycles : null);
      return {
        ...functionRow(workload, f),
        kind,
        periodSeconds: period,
        phaseSeconds: fold?.phaseSeconds ?? (rhythm ? rhythm.peak * period! : null),
        strength: fold?.strength ?? rhythm?.share ?? null,
        p,
      };
    }),
  };
}
