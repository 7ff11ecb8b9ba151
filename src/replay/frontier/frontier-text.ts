import {aSpan, inCurrency, inSpan, money, perSpan} from '../../base/money.ts';
import {type Printed, type ReportColumn, type ReportTable, tableText} from '../../base/report-table.ts';
import {styled} from '../../base/terminal.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {type Compared, savingsAgainst, savingsLines} from '../../cost/savings.ts';
import {priceNote} from '../../cost/sheets.ts';
import {platformLines, RELAXED, warmUp} from '../report/replay-text.ts';
import {extrapolation} from '../report/verdict.ts';
import {frontierPlot} from './frontier-plot.ts';
import type {FrontierReport, FrontierRow} from './frontier-report.ts';

const columnsOf = (): readonly ReportColumn<FrontierRow>[] => [
  {name: 'policy', title: 'policy', align: 'left', cell: (row) => row.policy},
  {title: '', align: 'left', cell: mark},
  {name: 'usdPerDay', title: perSpan(), align: 'right', cell: (row) => spanUsd(row.usdPerDay)},
  {name: 'savesUsdPerDay', title: 'saves', align: 'right', rank: 1, cell: (row) => spanUsd(row.savesUsdPerDay)},
  {
    name: 'aboveFloorUsdPerDay',
    title: 'above floor',
    align: 'right',
    rank: 4,
    cell: (row) => spanUsd(row.aboveFloorUsdPerDay),
  },
  {name: 'p99StartDelayMs', title: 'p99 delay', align: 'right', rank: 3, cell: (row) => delay(row.p99StartDelayMs)},
  {name: 'p999StartDelayMs', title: 'p99.9', align: 'right', rank: 2, cell: (row) => delay(row.p999StartDelayMs)},
  {
    name: 'coldShareWithoutFirst',
    title: 'cold later',
    align: 'right',
    cell: (row) => percent(row.coldShareWithoutFirst),
  },
  {name: 'appColdShare.p75', title: 'p75 app', align: 'right', rank: 5, cell: (row) => percent(row.appColdShare.p75)},
  {
    name: 'idleGbSeconds',
    title: 'idle GB-h',
    align: 'right',
    rank: 6,
    cell: (row) => (row.idleGbSeconds / 3600).toPrecision(3),
  },
  {
    name: 'usdPerAvoidedCold',
    title: `${money.sign}/avoided`,
    align: 'right',
    rank: 7,
    cell: (row) => usd(row.usdPerAvoidedCold),
  },
];

const KEEP_IS_NO_BOUND = 'clairvoyant-keep may only keep or drop: policies that start instances early can cost less.';

/** The sweep for a terminal: what to use first. */
export function frontierText(report: FrontierReport): string {
  const {workload, firstStarts, baseline, floorUsdPerDay, bound} = report;
  const head = `${formatCount(workload.functions)} functions, ${formatCount(workload.invocations)} invocations of ${workload.source}${warmUp(report)}`;
  const prices = priceNote(report.prices);
  const table = tableText(policiesTable(report));
  const notes = [
    'p, c, i: on the Pareto front of cost and p99 start delay, of cost and cold share, of idle memory and cold share; bound: knows the future.',
    ...(report.rows.some(({policy}) => policy === 'clairvoyant-keep') ? [KEEP_IS_NO_BOUND] : []),
    ...(report.rows.some(({relaxed}) => relaxed) ? [RELAXED] : []),
    ...(floorUsdPerDay === null
      ? []
      : [
          `floor: ${money.sign}${spanUsd(floorUsdPerDay)} ${aSpan()}, what ${bound} costs and the first calls that only it foresees.`,
        ]),
    `saves: ${aSpan()}, against ${baseline}. cold later: cold share without first calls.`,
    `${money.sign}/avoided: what each cold start costs that this one avoids and the next thriftier one does not; a cold start itself costs ${money.sign}${usd(report.coldStartUsd)}.`,
    `${formatCount(firstStarts)} cold starts are a function's first call ever: no online policy escapes them.`,
    extrapolation(report.untilMs - report.fromMs),
    ...platformLines(report.platform),
    ...(prices === undefined ? [] : [prices]),
  ];
  return `${head}\n${sampleLine(report)}${styled('strong', verdict(report))}\n\n${table}\n${frontierPlot(report)}\n${notes.join('\n')}\n${nextText(report)}\n`;
}

function nextText({advice, baseline}: FrontierReport): string {
  if (advice === null) return 'Next: coldfront frontier W sweeps policies that can be used.';
  const both = advice === baseline ? '' : ` --policy '${baseline}'`;
  return `Next: coldfront replay W --policy '${advice}'${both} --by team says who gains; coldfront report --run W --out report.html makes a page of it.`;
}

/** What was replayed in place of all, and how far off that may be. */
function sampleLine({sample, baseline, advice, rows}: FrontierReport): string {
  if (sample === undefined) return '';
  const part = `${formatCount(sample.functions)} of ${formatCount(sample.of)} functions that are called, ${formatCount(sample.apps)} of ${formatCount(sample.ofApps)} apps`;
  const times = (sample.ofApps / sample.apps).toPrecision(3);
  const best = rows.find(({policy}) => policy === advice);
  const saved =
    best === undefined || best.policy === baseline
      ? ''
      : `, and what ${best.policy} saves by ${percent(best.savesError ?? null)} of that`;
  return `A sample: ${part}. For all of them take costs times ${times}; one standard error is ${percent(sample.usdError)} of what ${baseline} costs${saved}.\n`;
}

/** What to use at these prices, and what that is worth. */
export function verdict({advice, baseline, rows}: FrontierReport): string {
  const best = rows.find(({policy}) => policy === advice);
  if (best === undefined) return 'Only policies that know the future were swept: there is nothing to choose.';
  const cost = `Use ${best.policy} at these prices: ${money.sign}${spanUsd(best.usdPerDay)} ${aSpan()}`;
  if (best.policy === baseline) return `${cost}, the baseline itself: nothing here is cheaper.`;
  const was = best.usdPerDay + best.savesUsdPerDay;
  const share = was > 0 ? ` (${Math.round((100 * best.savesUsdPerDay) / was)} %)` : '';
  const line = `${cost}, ${money.sign}${spanUsd(best.savesUsdPerDay)}${share} less than ${baseline}.`;
  const today = rows.find(({policy}) => policy === baseline);
  return today === undefined
    ? line
    : [line, ...savingsLines(savingsAgainst(asCompared(today), [asCompared(best)]))].join('\n');
}

function asCompared({policy, usdPerDay, p99StartDelayMs}: FrontierRow): Compared {
  return {policy, usdPerDay, p99StartMs: p99StartDelayMs};
}

function policiesTable({rows, advice}: FrontierReport): ReportTable<FrontierRow> {
  return {name: 'policies', rows, columns: columnsOf(), strong: ({policy}) => policy === advice};
}

export const frontierPrinted: Printed<FrontierReport> = {
  text: frontierText,
  tables: (report) => [policiesTable(report)],
};

function mark(row: FrontierRow): string {
  if (row.kind === 'bound') return row.relaxed ? 'relaxed' : 'bound';
  const fronts = [
    row.dominatedCostDelay ? '' : 'p',
    row.dominatedCostCold ? '' : 'c',
    row.dominatedIdleCold ? '' : 'i',
  ];
  return fronts.join('') || 'dominated';
}

function delay(ms: number | null): string {
  return ms === null ? '-' : formatTimeUs(Math.round(ms) * US_PER_MS);
}

function percent(share: number | null): string {
  return share === null ? '-' : `${Number((100 * share).toPrecision(3))} %`;
}

function spanUsd(usdPerDay: number | null): string {
  return usd(usdPerDay === null ? null : inSpan(usdPerDay));
}

function usd(dollars: number | null): string {
  if (dollars === null) return '-';
  const amount = inCurrency(dollars);
  const size = Math.abs(amount);
  // What is less than a millionth of a cent is rounding.
  if (size < 1e-8) return '0';
  return size < 1e-3
    ? amount.toFixed(Math.min(20, 3 - Math.floor(Math.log10(size))))
    : String(Number(amount.toPrecision(4)));
}
