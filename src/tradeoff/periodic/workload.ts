import {formatSeconds, formatUsd} from '../../base/format.ts';
import {formatCount, US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import {functionColumns, functionRow} from '../../demand/function-row.ts';
import type {SkiPrices} from '../../demand/gaps/level-idle.ts';
import {FALSE_DISCOVERIES} from '../../demand/rhythm/false-discovery.ts';
import {type Finding, findingsOf, type Kind} from '../../demand/rhythm/findings.ts';
import {type Fold, spreadSeconds} from '../../demand/rhythm/fold.ts';
import {RHYTHM_BINS} from '../../demand/rhythm/rhythm.ts';
import {strokesAtOnce} from '../../demand/rhythm/strokes.ts';
import {triggerOf} from '../../workload/trigger-kind.ts';
import {resolutionUs, type Workload} from '../../workload/workload.ts';
import {type Answer, answer, type TableSource, tableOf, type WorkloadPart} from '../topic.ts';
import {
  type Decision,
  type Findings,
  joinedUsdPerDay,
  noSlots,
  oneSlot,
  type SlotTimes,
  usdPerDayEach,
} from '../trial.ts';
import {type PreWarm, preWarmOf, type ScheduleTerms} from './schedule.ts';

const METHOD =
  'timers: phase folding over the usual periods and the own most frequent gap, Rayleigh test by period; rhythms: ' +
  `Fisher's g over ${RHYTHM_BINS} bins of log counts and a hill of the autocorrelation; both at ${FALSE_DISCOVERIES * 100} % ` +
  'false discoveries (Benjamini-Hochberg); declared timers need no test';

const REPLAYED = 'replay on a fleet without limits, overlapping calls and all';

/** Prices and times of a schedule, before the number of functions that strike at once is known. */
export interface PeriodicTerms extends Omit<ScheduleTerms, 'leadSeconds' | 'resolutionSeconds'> {
  readonly p99ColdSeconds: number;
  /** Instances a second that the platform can start. */
  readonly startRate: number;
  /** What idle instances are kept for today. */
  readonly keepAliveSeconds: number;
}

/** Which functions of a trace are called by the clock, which by a rhythm, which at random; and when to warm the first. */
export function periodicOfWorkload(workload: Workload, terms: PeriodicTerms) {
  const findings = findingsOf(workload);
  const timers = findings.filter((one) => one.kind === 'timer');
  const us = (seconds: (fold: Fold) => number) => Float64Array.from(timers, ({fold}) => seconds(fold!) * US_PER_SECOND);
  const atOnce = strokesAtOnce(
    us(({periodSeconds}) => periodSeconds),
    us(({phaseSeconds}) => phaseSeconds),
    US_PER_MINUTE,
  );
  // What is known to the microsecond is known exactly.
  const resolutionSeconds = Math.floor(resolutionUs(workload.arrivals) / US_PER_SECOND);
  const leadSeconds = terms.p99ColdSeconds + atOnce / terms.startRate + terms.jitterSeconds;
  const timed = timers.map(({f, fold}): Timed => {
    return {f, fold: fold!, preWarm: preWarmOf(fold!, {...terms, leadSeconds, resolutionSeconds})};
  });
  const slots = new Map(timed.map(({f, fold, preWarm}) => [f, slotTimesOf(fold, preWarm)]));
  const decisions = {
    unloaded: {policy: 'none'},
    kept: {policy: `fixed:ttl=${Math.round(terms.keepAliveSeconds * US_PER_SECOND)}us`},
    scheduled: {slotsOf: (f: number) => slots.get(f) ?? noSlots},
  } satisfies Record<string, Decision>;
  const clock = {findings, timed, atOnce, leadSeconds, keepAliveSeconds: terms.keepAliveSeconds};
  return {
    decisions,
    answer: (found: Findings) =>
      partOf(
        workload,
        {...clock, joinedUsd: joinedUsdPerDay(found.scheduled!, pricesOf(terms))},
        scheduledOf(timed, terms, found),
      ),
  };
}

/** What a trace's calls have to do with the clock. */
interface Clock {
  readonly findings: readonly Finding[];
  readonly timed: readonly Timed[];
  /** Timers that strike in the busiest minute, and the lead they need. */
  readonly atOnce: number;
  readonly leadSeconds: number;
  readonly keepAliveSeconds: number;
  /** A day, of calls that come while the instance meant for them is starting. */
  readonly joinedUsd: number;
}

/** A function called by the clock, and when it should be warm. */
interface Timed {
  readonly f: number;
  readonly fold: Fold;
  readonly preWarm: PreWarm;
}

/** The instance that a timer is to have in each period. */
function slotTimesOf({periodSeconds}: Fold, {action, startSeconds, untilSeconds}: PreWarm): SlotTimes {
  if (action === 'none') return noSlots;
  if (action === 'keep') return oneSlot;
  const [startUs, untilUs, repeatUs] = [startSeconds, untilSeconds, periodSeconds].map((seconds) =>
    Math.round(seconds * US_PER_SECOND),
  ) as [number, number, number];
  const start = {fromUs: startUs, slots: 1};
  const drop = {fromUs: untilUs, slots: 0};
  // A window may reach across the turn of the period.
  const changes = startUs < untilUs ? [start, drop] : [...(untilUs > 0 ? [{fromUs: 0, slots: 1}] : []), drop, start];
  return {changes, spillUs: 0, repeatUs};
}

/** A timer, what to do about it, and what the replay found of that. */
interface Scheduled extends Timed {
  /** As scheduled, if that is cheaper than unloading after each call. */
  readonly action: PreWarm['action'];
  /** What its instances cost ahead of its calls and after them. */
  readonly usdPerDay: number;
  /** Against unloading after each call. */
  readonly savesUsdPerDay: number;
  /** Under today's keep-alive. */
  readonly keepAliveUsdPerDay: number;
  /** 0 where the schedule is no cheaper. */
  readonly savesOnKeepAliveUsdPerDay: number;
}

function pricesOf({warmUsdPerSecond, coldUsd}: PeriodicTerms): SkiPrices {
  return {warm: warmUsdPerSecond, cold: coldUsd};
}

function scheduledOf(timed: readonly Timed[], terms: PeriodicTerms, found: Findings): Scheduled[] {
  const prices = pricesOf(terms);
  const each = (name: string): Float64Array => usdPerDayEach(found[name]!, prices);
  const [unloaded, kept, scheduled] = [each('unloaded'), each('kept'), each('scheduled')];
  const colds = usdPerDayEach(found.scheduled!, {...prices, warm: 0});
  return timed
    .map((one): Scheduled => {
      const {f, preWarm} = one;
      const saves = unloaded[f]! - scheduled[f]!;
      const pays = preWarm.action !== 'none' && saves > 0;
      const usd = pays ? scheduled[f]! : unloaded[f]!;
      return {
        ...one,
        action: pays ? preWarm.action : 'none',
        usdPerDay: pays ? scheduled[f]! - colds[f]! : 0,
        savesUsdPerDay: pays ? saves : 0,
        keepAliveUsdPerDay: kept[f]!,
        savesOnKeepAliveUsdPerDay: Math.max(0, kept[f]! - usd),
      };
    })
    .sort(
      (a, b) =>
        b.savesOnKeepAliveUsdPerDay - a.savesOnKeepAliveUsdPerDay || b.savesUsdPerDay - a.savesUsdPerDay || a.f - b.f,
    );
}

function partOf(workload: Workload, clock: Clock, schedule: readonly Scheduled[]): WorkloadPart {
  const {findings, atOnce, leadSeconds, keepAliveSeconds, joinedUsd} = clock;
  const sum = (of: (one: Scheduled) => number): number => schedule.reduce((total, one) => total + of(one), 0);
  const keepUsd = sum((one) => one.keepAliveUsdPerDay);
  const savesOnKept = Math.max(0, sum((one) => one.savesOnKeepAliveUsdPerDay) - joinedUsd);
  const count = (kind: Kind): number => findings.filter((one) => one.kind === kind).length;
  const better = schedule.filter((one) => one.savesOnKeepAliveUsdPerDay > 0).length;
  const timers = schedule.length;
  const answers: Answer[] = [
    answer('E1.4.functionsTimer', timers, 'functions', 'functions called by the clock', METHOD),
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
    answer(
      'E1.4.scheduleUsdPerDay',
      sum((one) => one.usdPerDay),
      'USD/day',
      'cost of the schedule',
      `idle and starting time of its instances: ${REPLAYED}`,
    ),
    answer(
      'E1.4.scheduleSavesUsdPerDay',
      Math.max(0, sum((one) => one.savesUsdPerDay) - joinedUsd),
      'USD/day',
      'saved by it against unloading after each call',
      REPLAYED,
    ),
    answer(
      'E1.4.keepAliveUsdPerDay',
      keepUsd,
      'USD/day',
      "cost of the same functions under today's keep-alive",
      REPLAYED,
    ),
    answer('E1.4.functionsBetterScheduled', better, 'functions', 'of them cheaper on a schedule', REPLAYED),
    answer(
      'E1.4.scheduleSavesOnKeepAliveUsdPerDay',
      savesOnKept,
      'USD/day',
      'saved by scheduling those',
      `cost under the keep-alive less cost on the schedule: ${REPLAYED}`,
    ),
  ];
  return {
    verdict: {
      code: timers === 0 ? 'no-timers' : better > 0 ? 'schedule' : 'keep-alive',
      text:
        `Of the ${formatCount(workload.functions)} functions of the trace ${formatCount(timers)} are called by the clock, ` +
        `${formatCount(count('mixed'))} partly so, ${formatCount(count('rhythm'))} have a rhythm, ${formatCount(count('steady'))} are called nearly every minute, ${formatCount(count('random'))} at random. ` +
        `Kept for ${formatSeconds(keepAliveSeconds)} when idle the first cost ${formatUsd(keepUsd)} a day; ` +
        `starting ${formatCount(better)} of them ${formatSeconds(leadSeconds)} ahead instead saves ${formatUsd(savesOnKept)}.`,
    },
    answers,
    tables: [scheduleTable(workload, schedule), kindTable(workload, findings)],
  };
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
      {key: 'keepAliveUsdPerDay', unit: 'USD', head: 'kept $/day'},
      {key: 'savesOnKeepAliveUsdPerDay', unit: 'USD', head: 'saves on it'},
    ],
  };
  return tableOf(head, schedule, ({f, fold, preWarm, ...found}) => ({
    ...functionRow(workload, f),
    trigger: triggerOf(workload, f),
    periodSeconds: fold.periodSeconds,
    phaseSeconds: fold.phaseSeconds,
    strength: fold.strength,
    keptShare: fold.kept,
    spreadSeconds: spreadSeconds(fold),
    startSeconds: preWarm.startSeconds,
    untilSeconds: preWarm.untilSeconds,
    ...found,
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
