import {formatUsd} from '../../base/format.ts';
import {formatCount, US_PER_DAY, US_PER_SECOND} from '../../base/units.ts';
import {functionColumns, functionRow, rowsByScore} from '../../demand/function-row.ts';
import {bestTtl, type SkiPrices, ttlCost} from '../../demand/gaps/best-ttl.ts';
import {IdleGaps} from '../../demand/gaps/idle-gaps.ts';
import type {Workload} from '../../workload/workload.ts';
import {type Answer, answer, type TableSource, tableOf, type WorkloadPart} from '../topic.ts';
import {skiRentalTtl} from './ski-rental.ts';

const METHOD =
  "each function's own idle gaps (nothing of it running), one instance; first calls are cold unless a slot is reserved; " +
  'per-minute counts are spaced evenly within their minute, unknown durations count as 1 s';

/** What a trace's functions are worth keeping warm for, a column each. */
interface Ledger {
  readonly callsPerDay: Float64Array; // [function]
  readonly ttlSeconds: Float64Array; // [function] of the cheapest keep-alive, in hindsight
  readonly coldUsd: Float64Array; // [function] a day, unloading at once
  readonly warmUsd: Float64Array; // [function] a day, a slot reserved for the whole span
  readonly keepUsd: Float64Array; // [function] a day, at ttlSeconds
  /** All functions over the second half: kept by what the first half taught, kept in hindsight, unloaded at once. */
  readonly learnedUsd: number;
  readonly hindsightUsd: number;
  readonly unlearnedUsd: number;
}

/** Every function of a trace: rate, the cheaper of cold, kept and reserved, and what that saves. */
export function breakEvenOfWorkload(workload: Workload, prices: SkiPrices): WorkloadPart {
  const ledger = ledgerOf(workload, prices);
  const verdicts = Array.from({length: workload.functions}, (_, f) => verdictOf(ledger, f));
  const saved = Float64Array.from(verdicts, (verdict, f) => ledger.coldUsd[f]! - usdOf(ledger, f, verdict));
  const count = (verdict: string): number => verdicts.filter((one) => one === verdict).length;
  const sum = (column: Float64Array): number => column.reduce((a, b) => a + b, 0);
  const savedUsd = sum(saved);
  const answers: Answer[] = [
    answer('E1.2.functionsWarm', count('warm'), 'functions', 'functions worth a reserved slot', METHOD),
    answer('E1.2.functionsKeep', count('keep'), 'functions', 'functions worth a keep-alive', METHOD),
    answer('E1.2.functionsCold', count('cold'), 'functions', 'functions best left cold', METHOD),
    answer('E1.2.usdPerDayCold', sum(ledger.coldUsd), 'USD/day', 'cost of unloading after each call', METHOD),
    answer('E1.2.usdPerDayWarm', sum(ledger.warmUsd), 'USD/day', 'cost of a reserved slot for each', METHOD),
    answer(
      'E1.2.usdPerDayBest',
      sum(ledger.coldUsd) - savedUsd,
      'USD/day',
      'cost of the best for each, in hindsight',
      METHOD,
    ),
    answer('E1.2.savedUsdPerDay', savedUsd, 'USD/day', 'saved against unloading after each call', METHOD),
    answer(
      'E1.2.learnedShare',
      (ledger.unlearnedUsd - ledger.learnedUsd) / (ledger.unlearnedUsd - ledger.hindsightUsd),
      'share',
      'of it in the second half, had the times been learned in the first',
      'time to live fitted to the gaps of the first half of the span (C/c where it has none), charged on the second half',
    ),
  ];
  return {
    verdict: {
      code: codeOf(verdicts),
      text:
        `Of the ${formatCount(workload.functions)} functions of the trace ${formatCount(count('warm'))} are worth a reserved slot, ` +
        `${formatCount(count('keep'))} a keep-alive and ${formatCount(count('cold'))} neither; that saves ${formatUsd(savedUsd)} a day.`,
    },
    answers,
    tables: [functionTable(workload, ledger, verdicts, saved)],
  };
}

function ledgerOf(workload: Workload, prices: SkiPrices): Ledger {
  const n = workload.functions;
  const column = (): Float64Array => new Float64Array(n);
  const ledger = {callsPerDay: column(), ttlSeconds: column(), coldUsd: column(), warmUsd: column(), keepUsd: column()};
  const span = workload.meta.spanUs / US_PER_SECOND;
  const days = workload.meta.spanUs / US_PER_DAY;
  const fallback = skiRentalTtl(prices.warm, prices.cold);
  const gaps = new IdleGaps(workload);
  let learnedUsd = 0;
  let hindsightUsd = 0;
  let unlearnedUsd = 0;
  for (let f = 0; f < n; f++) {
    gaps.read(f);
    const first = gaps.calls > 0 ? prices.cold : 0;
    const best = bestTtl(gaps, prices);
    ledger.callsPerDay[f] = gaps.calls / days;
    ledger.ttlSeconds[f] = best.ttlSeconds;
    ledger.keepUsd[f] = (best.usd + first) / days;
    ledger.coldUsd[f] = (ttlCost(gaps, 0, prices).usd + first) / days;
    ledger.warmUsd[f] = ((span - gaps.busySeconds) * prices.warm) / days;
    const learned = gaps.length > 0 && gaps.begin[0]! + gaps.seconds[0]! <= span / 2;
    const ttl = learned ? bestTtl(gaps, prices, span / 2).ttlSeconds : fallback;
    learnedUsd += ttlCost(gaps, ttl, prices, span / 2).usd;
    hindsightUsd += ttlCost(gaps, best.ttlSeconds, prices, span / 2).usd;
    unlearnedUsd += ttlCost(gaps, 0, prices, span / 2).usd;
  }
  return {...ledger, learnedUsd, hindsightUsd, unlearnedUsd};
}

function verdictOf({keepUsd, coldUsd, warmUsd}: Ledger, f: number): 'cold' | 'keep' | 'warm' {
  if (warmUsd[f]! < keepUsd[f]!) return 'warm';
  return keepUsd[f]! < coldUsd[f]! ? 'keep' : 'cold';
}

/** The one verdict of all functions, or `mixed`. */
function codeOf(verdicts: readonly string[]): string {
  const [first = 'unknown'] = verdicts;
  return verdicts.every((one) => one === first) ? first : 'mixed';
}

function usdOf({keepUsd, coldUsd, warmUsd}: Ledger, f: number, verdict: 'cold' | 'keep' | 'warm'): number {
  return {cold: coldUsd, keep: keepUsd, warm: warmUsd}[verdict][f]!;
}

function functionTable(
  workload: Workload,
  ledger: Ledger,
  verdicts: readonly ('cold' | 'keep' | 'warm')[],
  saved: Float64Array,
): TableSource {
  const head = {
    id: 'functions',
    title: 'Functions, by what the verdict saves against unloading after each call',
    columns: [
      ...functionColumns,
      {key: 'callsPerDay', unit: 'calls/day', head: 'calls/day'},
      {key: 'verdict', unit: '', head: 'verdict'},
      {key: 'ttlSeconds', unit: 's', head: 'keep for'},
      {key: 'coldUsdPerDay', unit: 'USD', head: 'cold $/day'},
      {key: 'warmUsdPerDay', unit: 'USD', head: 'warm $/day'},
      {key: 'savedUsdPerDay', unit: 'USD', head: 'saved $/day'},
    ],
  };
  return tableOf(head, rowsByScore(saved), (f) => ({
    ...functionRow(workload, f),
    callsPerDay: ledger.callsPerDay[f]!,
    verdict: verdicts[f]!,
    ttlSeconds: ledger.ttlSeconds[f]!,
    coldUsdPerDay: ledger.coldUsd[f]!,
    warmUsdPerDay: ledger.warmUsd[f]!,
    savedUsdPerDay: saved[f]!,
  }));
}
