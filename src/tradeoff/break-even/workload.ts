import {formatSeconds, formatUsd} from '../../base/format.ts';
import {formatCount, US_PER_DAY, US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import {historyUntil} from '../../demand/calls/history-until.ts';
import {functionColumns, functionRow, rowsByScore} from '../../demand/function-row.ts';
import {bestKeepAlive, LevelIdle, type SkiPrices} from '../../demand/gaps/level-idle.ts';
import {invocationsOf, resolutionUs, type Workload} from '../../workload/workload.ts';
import {type Answer, answer, type TableSource, tableOf, type WorkloadPart} from '../topic.ts';
import {type Decision, type Findings, joinedUsdPerDay, noSlots, oneSlot, usdPerDay, usdPerDayEach} from '../trial.ts';
import {skiRentalTtl} from './ski-rental.ts';

const METHOD = 'replay on a fleet without limits, overlapping calls and all';
/** Gaps are read off calls that lie at random in their minutes, as in a replay but not at the same times. */
const SEED = 1;

/** What is asked of a trace's functions. */
export interface KeepTerms {
  readonly prices: SkiPrices;
  /** What idle instances are kept for today. */
  readonly keepAliveSeconds: number;
}

/** What is decided for a function. */
const choices = ['cold', 'keep', 'warm'] as const;
type Choice = (typeof choices)[number];

/** Decides every function of a trace from its own gaps: how long to keep it, the whole trace known and half of it. */
export function breakEvenOfWorkload(workload: Workload, terms: KeepTerms) {
  const {prices} = terms;
  const half = Math.round(workload.meta.spanUs / 2);
  const keepUs = keepAlives(workload, prices);
  const learnedUs = keepAlives(historyUntil(workload, half), prices);
  const keptFor = (us: Float64Array) => ({slotsOf: (f: number) => ({...noSlots, spillUs: us[f]!})});
  const decisions = {
    cold: {policy: 'none'},
    keep: keptFor(keepUs),
    warm: {slotsOf: () => oneSlot},
    best: {policy: 'clairvoyant-keep'},
    today: {policy: `fixed:ttl=${Math.round(terms.keepAliveSeconds * US_PER_SECOND)}us`},
    learned: {...keptFor(learnedUs), fromUs: half},
    hindsight: {policy: 'clairvoyant-keep', fromUs: half},
    unlearned: {policy: 'none', fromUs: half},
  } satisfies Record<string, Decision>;
  return {decisions, answer: (found: Findings) => partOf(workload, terms, keepUs, found)};
}

/** How long to keep each function's idle instances, given all its gaps. Whole microseconds. [function] */
function keepAlives(workload: Workload, prices: SkiPrices): Float64Array {
  const idle = new LevelIdle(workload, SEED);
  const resolution = resolutionUs(workload.arrivals);
  const skiRentalUs = Math.round(skiRentalTtl(prices.warm, prices.cold) * US_PER_SECOND);
  return Float64Array.from({length: workload.functions}, (_, f) => {
    if (!idle.read(f) || idle.closedGaps === 0) return skiRentalUs;
    const seconds = bestKeepAlive(idle, prices);
    if (seconds === 0) return 0;
    const us = Math.round(seconds * US_PER_SECOND);
    // Idle for exactly the time to live is expired; and where calls are counted by the minute, the gap between two
    // minutes may be a minute longer than it was here.
    return resolution < US_PER_MINUTE ? us + 1 : (Math.ceil(us / US_PER_MINUTE) + 1) * US_PER_MINUTE;
  });
}

function partOf(workload: Workload, {prices, keepAliveSeconds}: KeepTerms, keepUs: Float64Array, found: Findings) {
  const each = (name: string) => usdPerDayEach(found[name]!, prices);
  const all = (name: string) => usdPerDay(found[name]!, prices);
  const usd = {cold: each('cold'), keep: each('keep'), warm: each('warm')};
  const chosen = Array.from({length: workload.functions}, (_, f) => cheapest(usd, f));
  const chosenUsd = Float64Array.from(chosen, (choice, f) => usd[choice][f]!);
  const best = each('best');
  const saved = usd.cold.map((cold, f) => cold - best[f]!);
  const [cold, warm, today] = [all('cold'), all('warm'), all('today')];
  // Calls that come while slots are starting, in the first moments of the trace, wait; charged in full if any is reserved.
  const joined = chosen.includes('warm') ? joinedUsdPerDay(found.warm!, prices) : 0;
  const decided = chosenUsd.reduce((a, b) => a + b, joined);
  const learnable = all('unlearned') - all('hindsight');
  const count = (choice: Choice): number => chosen.filter((one) => one === choice).length;
  const answers: Answer[] = [
    answer('E1.2.functionsWarm', count('warm'), 'functions', 'functions best given a reserved slot', METHOD),
    answer('E1.2.functionsKeep', count('keep'), 'functions', 'functions best kept for a time', METHOD),
    answer('E1.2.functionsCold', count('cold'), 'functions', 'functions best left cold', METHOD),
    answer('E1.2.usdPerDayCold', cold, 'USD/day', 'cost of unloading after each call', `${METHOD}: none`),
    answer(
      'E1.2.usdPerDayWarm',
      warm,
      'USD/day',
      'cost of a reserved slot for each, what overlaps is cold',
      `${METHOD}: one slot from the beginning, the rest unloaded after each call`,
    ),
    answer(
      'E1.2.usdPerDayKeepAlive',
      today,
      'USD/day',
      `cost of keeping all for ${formatSeconds(keepAliveSeconds)}`,
      `${METHOD}: fixed`,
    ),
    answer(
      'E1.2.usdPerDayDecided',
      decided,
      'USD/day',
      'cost of the cheapest for each: cold, kept for a time of its own, one slot',
      `${METHOD}; times to keep from the gaps of all levels of concurrency`,
    ),
    answer(
      'E1.2.usdPerDayBest',
      cold - saved.reduce((a, b) => a + b, 0),
      'USD/day',
      'cost of the best for each, in hindsight, none started ahead',
      `${METHOD}: clairvoyant-keep`,
    ),
    answer(
      'E1.2.savedUsdPerDay',
      saved.reduce((a, b) => a + b, 0),
      'USD/day',
      'saved by the best against unloading after each call',
      METHOD,
    ),
    answer(
      'E1.2.learnedShare',
      learnable > 0 ? (all('unlearned') - all('learned')) / learnable : Number.NaN,
      'share',
      'of it in the second half, had the times been learned in the first',
      `${METHOD}, from half the span on: time to live fitted to the gaps of the first half (C/c where it has none)`,
    ),
    answer(
      'E1.2.savedOnKeepAliveUsdPerDay',
      today - decided,
      'USD/day',
      'saved by deciding for each function, against keeping all as long',
      METHOD,
    ),
  ];
  return {
    verdict: verdictOf(chosen, {cold, warm, today, decided, keepAliveSeconds}),
    answers,
    tables: [functionTable(workload, {usd, chosen, chosenUsd, saved, keepUs})],
  } satisfies WorkloadPart;
}

/** The cheapest for a function; of equal ones that which keeps least. */
function cheapest(usd: Readonly<Record<Choice, Float64Array>>, f: number): Choice {
  return choices.reduce((best, next) => (usd[next][f]! < usd[best][f]! ? next : best));
}

interface Totals {
  readonly cold: number;
  readonly warm: number;
  readonly today: number;
  readonly decided: number;
  readonly keepAliveSeconds: number;
}

function verdictOf(chosen: readonly Choice[], usd: Totals) {
  const count = (choice: Choice): string => formatCount(chosen.filter((one) => one === choice).length);
  const [first = 'unknown'] = chosen;
  return {
    code: chosen.every((one) => one === first) ? first : 'mixed',
    text:
      `Of the ${formatCount(chosen.length)} functions of the trace ${count('warm')} are best given a reserved slot, ` +
      `${count('keep')} kept for a time of their own and ${count('cold')} left cold: ${formatUsd(usd.decided)} a day. ` +
      `Keeping all for ${formatSeconds(usd.keepAliveSeconds)} costs ${formatUsd(usd.today)}, one slot for each ` +
      `${formatUsd(usd.warm)}, unloading after each call ${formatUsd(usd.cold)}.`,
  };
}

interface Decided {
  readonly usd: Readonly<Record<Choice, Float64Array>>;
  readonly chosen: readonly Choice[];
  readonly chosenUsd: Float64Array;
  readonly saved: Float64Array;
  readonly keepUs: Float64Array;
}

function functionTable(workload: Workload, {usd, chosen, chosenUsd, saved, keepUs}: Decided): TableSource {
  const head = {
    id: 'functions',
    title: 'Functions, by what keeping them just when it pays saves against unloading after each call',
    columns: [
      ...functionColumns,
      {key: 'callsPerDay', unit: 'calls/day', head: 'calls/day'},
      {key: 'verdict', unit: '', head: 'verdict'},
      {key: 'ttlSeconds', unit: 's', head: 'keep for'},
      {key: 'coldUsdPerDay', unit: 'USD', head: 'cold $/day'},
      {key: 'keepUsdPerDay', unit: 'USD', head: 'kept $/day'},
      {key: 'warmUsdPerDay', unit: 'USD', head: 'one slot $/day'},
      {key: 'usdPerDay', unit: 'USD', head: 'verdict $/day'},
      {key: 'savedUsdPerDay', unit: 'USD', head: 'saved $/day'},
    ],
  };
  const days = workload.meta.spanUs / US_PER_DAY;
  return tableOf(head, rowsByScore(saved), (f) => ({
    ...functionRow(workload, f),
    callsPerDay: invocationsOf(workload, f) / days,
    verdict: chosen[f]!,
    ttlSeconds: keepUs[f] === Number.POSITIVE_INFINITY ? null : keepUs[f]! / US_PER_SECOND,
    coldUsdPerDay: usd.cold[f]!,
    keepUsdPerDay: usd.keep[f]!,
    warmUsdPerDay: usd.warm[f]!,
    usdPerDay: chosenUsd[f]!,
    savedUsdPerDay: saved[f]!,
  }));
}
