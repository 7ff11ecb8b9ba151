import {formatNumber, formatUsd} from '../../base/format.ts';
import {aSpan, inCurrency, inSpan, money, moneyName, perSpan} from '../../base/money.ts';
import {type Printed, type ReportColumn, type ReportTable, tableText} from '../../base/report-table.ts';
import {roundedTogether} from '../../base/rounded-together.ts';
import {styled} from '../../base/terminal.ts';
import {formatCount, formatTimeUs, US_PER_DAY, US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {shownLines} from '../../cost/bill.ts';
import {savingsLines} from '../../cost/savings.ts';
import {priceNote} from '../../cost/sheets.ts';
import {lostCalls} from '../ledger.ts';
import {chargesTable, chargesText} from './chargeback.ts';
import type {ContentionReport, DetectionReport, RuleReport} from './classes.ts';
import type {PlatformReport, ReplayReport, RunReport} from './replay-report.ts';
import {sessionsText} from './sessions-text.ts';
import {teamsTable, teamsText} from './teams-text.ts';
import {cheapestRun, extrapolation, nextLine, runsVerdict} from './verdict.ts';

type Column = ReportColumn<RunReport>;

const columns: readonly Column[] = [
  {
    name: 'policy',
    title: 'policy',
    align: 'left',
    cell: (run) => (run.relaxed ? `${run.policy} (relaxed)` : run.policy),
  },
  {name: 'coldShare', title: 'cold', align: 'right', cell: (run) => percent(run.coldShare)},
  {name: 'coldTimeMs.p99', title: 'p99 cold', align: 'right', rank: 3, cell: (run) => ms(run.coldTimeMs.p99)},
  {name: 'startDelayMs.p99', title: 'p99 delay', align: 'right', cell: (run) => ms(run.startDelayMs.p99)},
  {name: 'startDelayMs.p999', title: 'p99.9', align: 'right', rank: 4, cell: (run) => ms(run.startDelayMs.p999)},
  {name: 'appColdShare.p75', title: 'p75 app', align: 'right', rank: 5, cell: (run) => percent(run.appColdShare.p75)},
  {title: 'lost', align: 'right', rank: 2, cell: (run) => formatCount(lostCalls(run))},
  {
    name: 'gbSeconds.idle',
    title: 'idle GB-h',
    align: 'right',
    rank: 6,
    cell: (run) => short(run.gbSeconds.idle / 3600),
  },
  {name: 'peakSlots', title: 'slots', align: 'right', rank: 1, cell: (run) => formatCount(run.peakSlots)},
];

/** The lines of the bill and their sum, all of the same span, in dollars that add up as they are shown. */
function dollarColumns(runs: readonly RunReport[], days: number): Column[] {
  const lines = shownLines(runs.map(({costUsd}) => costUsd));
  const shown = new Map(
    runs.map((run) => {
      const parts = lines.map((line) => inCurrency(inSpan(run.costUsd[line] / days)));
      const total = inCurrency(inSpan(run.usdPerDay));
      const digits = total >= 0.1 || total === 0 ? 2 : 4;
      const rounded = roundedTogether(parts, digits);
      const sum = rounded.reduce((all, value) => all + value, 0);
      return [run, [...rounded.map((value) => grouped(value, digits)), grouped(sum, digits)]] as const;
    }),
  );
  const names = [...lines.map((line) => `costUsd.${line}`), 'usdPerDay'];
  return [...lines.map((line) => `${line} ${money.sign}`), perSpan()].map((title, k) => ({
    name: names[k]!,
    title,
    align: 'right',
    ...(k < lines.length && {rank: 4}),
    cell: (run) => shown.get(run)![k]!,
  }));
}

/** What a bound is that leaves out limits or rules of the replay. */
export const RELAXED =
  'relaxed: a bound that leaves out limits or rules in force here; no policy costs less, and none so little.';

/** The report for a terminal: what was replayed, a row a policy, and what the columns mean. */
export function replayText(report: ReplayReport): string {
  const {workload, fleet} = report;
  const span = formatTimeUs((report.untilMs - report.fromMs) * US_PER_MS);
  const limits = [
    fleet.slotsPerHost === null ? '' : ` x ${formatCount(fleet.slotsPerHost)} slots`,
    fleet.memoryMibPerHost === null ? '' : ` x ${formatCount(fleet.memoryMibPerHost)} MiB`,
  ].join('');
  const hosts = limits === '' ? 'one unlimited host' : `${hostsText(fleet.hosts)}${limits}`;
  const head = `${formatCount(workload.functions)} functions, ${formatCount(workload.invocations)} invocations, ${span} of ${workload.source} on ${hosts}${fleet.cells > 1 ? ` in ${fleet.cells} cells` : ''}${warmUp(report)}\n${styled('strong', runsVerdict(report))}\n\n`;
  const table = tableText(runsTable(report));
  const more = teamsText(report.runs);
  return `${head}${table}${more}\n${chargebackText(report)}${notes(report).join('\n')}\n${nextLine(report)}\n`;
}

function runsTable({runs, fromMs, untilMs}: ReplayReport): ReportTable<RunReport> {
  const best = cheapestRun(runs);
  return {
    name: 'runs',
    rows: runs,
    columns: [...columns, ...dollarColumns(runs, (untilMs - fromMs) / MS_PER_DAY)],
    strong: (run) => runs.length > 1 && run === best,
    fields: runFields,
  };
}

/** The fields of a run in CSV: teams and payers are tables of their own. */
export function runFields({teams, relaxed, chargeback, contention, ...numbers}: RunReport): object {
  return {...numbers, relaxed, ...(contention && {contention: contentionFields(contention)})};
}

/** The report as it is printed: who pays how much where that is asked, a row a policy, and teams by themselves. */
export const replayPrinted: Printed<ReplayReport> = {
  text: replayText,
  tables: (report) => [
    ...(report.chargedBy === undefined ? [] : [chargesTable(report.runs, report.chargedBy)]),
    runsTable(report),
    teamsTable(report.runs),
  ],
};

/** How the instances that functions keep were used. */
function keptText({policy, kept}: RunReport): string[] {
  if (kept === undefined || kept.instances === 0) return [];
  const spilled = `${formatCount(kept.spillOver)} ${kept.spillOver === 1 ? 'call' : 'calls'} found none of them`;
  return [
    `${policy}: ${formatCount(kept.instances)} kept instances, ${percent(kept.utilisation)} of their time busy; ${spilled}.`,
  ];
}

/** What running in slices has cost. */
function slicesText({policy, slices}: RunReport): string[] {
  if (slices === undefined) return [];
  const {checkpoints, overheadSeconds} = slices;
  return [
    `${policy}: ${formatCount(checkpoints)} ${checkpoints === 1 ? 'checkpoint' : 'checkpoints'}, ${overheadSeconds.toFixed(3)} s to save and to go on.`,
  ];
}

/** What came of the time that calls took, of a pool for long ones, and of a rolling restart. */
function longText({policy, work, batch, restart}: RunReport): string[] {
  const lines: string[] = [];
  const seconds = (value: number): string => formatTimeUs(value * US_PER_SECOND);
  if (work) {
    const {long, short: others} = work;
    const rest = work.overheadSeconds + work.lostSeconds + work.cutSeconds + work.duplicatedSeconds;
    lines.push(
      `${policy}: goodput ${percent(work.goodput)}, ${seconds(rest)} besides; ${formatCount(long.ended)} of ${formatCount(long.calls)} calls of ${ms(long.fromMs)} and more ended, p50 ${ms(long.completionMs.p50)}, p99 ${ms(long.completionMs.p99)} after they came; p99 delay of the others ${ms(others.startDelayMs.p99)}.`,
    );
  }
  if (batch) {
    lines.push(
      `${policy}: batch pool of ${formatCount(batch.hosts)} ${batch.hosts === 1 ? 'host' : 'hosts'}, ${formatCount(batch.calls)} calls of ${formatCount(batch.functions)} functions, ${percent(batch.utilisation)} of its memory busy, ${formatUsd(batch.usd)}.`,
    );
  }
  if (restart) {
    const whole = restart.wholeMs === null ? 'not over by the end' : `over after ${ms(restart.wholeMs)}`;
    lines.push(
      `${policy}: rolling restart of ${formatCount(restart.hosts)} hosts in ${formatCount(restart.waves)} waves, ${whole}; a host is empty after ${ms(restart.drainMs.p50)} (p50), ${ms(restart.drainMs.p99)} (p99).`,
    );
  }
  return lines;
}

/** What failures have cost. */
function failuresText({policy, failures, lost, retried, duplicated}: RunReport): string[] {
  if (failures === undefined) return [];
  const {outages, inFlight, lostWorkSeconds, longestRecoveryMs, unrecovered, addedP99StartMs} = failures;
  const added =
    addedP99StartMs === null ? '' : ` p99 delay ${addedP99StartMs < 0 ? '-' : '+'}${ms(Math.abs(addedP99StartMs))};`;
  const longest = longestRecoveryMs === null ? '' : `, at most ${ms(longestRecoveryMs)} until nobody waited for it`;
  const open = unrecovered === 0 ? '' : `, ${formatCount(unrecovered)} still felt at the end`;
  return [
    `${policy}: ${formatCount(outages)} ${outages === 1 ? 'outage' : 'outages'}${longest}${open};${added} of ${formatCount(inFlight)} ${inFlight === 1 ? 'call' : 'calls'} in flight ${formatCount(lost)} lost, ${formatCount(retried)} run again, ${formatCount(duplicated)} duplicated, ${lostWorkSeconds.toFixed(3)} s of work lost.`,
  ];
}

/** What a platform's numbers assume, a line each. */
export function platformLines(report: PlatformReport | undefined): string[] {
  if (report === undefined) return [];
  return report.notes.map((note) => `${report.platform}: ${note}.`);
}

const spanOf = {day: '', month: ' of 30 days', year: ' of 365 days'} as const;
const MS_PER_DAY = US_PER_DAY / US_PER_MS;

function hostsText(hosts: number | null): string {
  return hosts === null ? 'hosts as needed' : `${formatCount(hosts)} ${hosts === 1 ? 'host' : 'hosts'}`;
}

/** A table a policy of who pays how much, where that is asked. */
function chargebackText({chargedBy, runs, fromMs, untilMs}: ReplayReport): string {
  if (chargedBy === undefined) return '';
  const days = (untilMs - fromMs) / MS_PER_DAY;
  return runs.map(({policy, chargeback}) => `${chargesText(policy, chargeback!, chargedBy, days)}\n`).join('');
}

/** What the fleet is at time 0, where it is not empty. */
export function warmUp({warmUpMs}: Pick<ReplayReport, 'warmUpMs'>): string {
  return warmUpMs === undefined ? '' : `, warmed up by its first ${formatTimeUs(warmUpMs * US_PER_MS)}`;
}

function freeText({policy, freeTierUsd}: RunReport): string[] {
  return freeTierUsd === undefined
    ? []
    : [`${policy}: the free tier has taken ${formatUsd(freeTierUsd)} off the bill.`];
}

function notes(report: ReplayReport): string[] {
  const {withoutDuration, withoutMemory, functions} = report.workload;
  const lines = [
    'p99 cold: cold time over cold starts alone. p99 delay: start delay over all calls that started, warm ones at 0.',
    `p75 app: cold share of the 75th-percentile app. slots: peak in use. ${moneyName()} are of ${aSpan()}${spanOf[money.per]}.`,
    extrapolation(report.untilMs - report.fromMs),
  ];
  if (report.runs.some(({relaxed}) => relaxed)) lines.push(RELAXED);
  if (report.baseline) lines.unshift(...savingsLines(report.baseline));
  lines.push(
    ...report.runs.flatMap(keptText),
    ...report.runs.flatMap(freeText),
    ...report.runs.flatMap(longText),
    ...report.runs.flatMap(slicesText),
    ...report.runs.flatMap(failuresText),
    ...report.runs.flatMap(sessionsText),
    ...platformLines(report.platform),
  );
  const prices = priceNote(report.prices);
  if (prices !== undefined) lines.push(prices);
  for (const {policy, contention} of report.runs) if (contention) lines.push(...contentionLines(policy, contention));
  const {observedCold: observed} = report;
  if (observed) {
    const {p50, p99} = observed.coldTimeMs;
    const lengths = p50 === null ? '' : `, p50 ${ms(p50)}, p99 ${ms(p99)}`;
    lines.push(
      `Observed: ${percent(observed.share)} of ${formatCount(observed.of)} calls were cold, as the trace says${lengths}.`,
    );
  }
  const {calibrated} = report;
  if (calibrated) {
    lines.push(
      `Calibrated: ${calibrated.policy} comes nearest to that, off by ${formatCount(calibrated.differingCalls)} calls; its run is the first.`,
    );
  }
  const run = report.runs[0];
  if (run && run.firstStarts > 0) {
    lines.push(
      `${formatCount(run.firstStarts)} cold starts are a function's first call ever: no online policy escapes them.`,
    );
  }
  if (withoutDuration > 0)
    lines.push(
      `${formatCount(withoutDuration)} of ${formatCount(functions)} functions have no duration in the trace and took the default.`,
    );
  if (withoutMemory > 0)
    lines.push(
      `${formatCount(withoutMemory)} of ${formatCount(functions)} functions have no memory in the trace and took the default.`,
    );
  return lines;
}

function contentionLines(policy: string, {coresPerHost, classes, isolation, detection}: ContentionReport): string[] {
  const apart = isolation === 'none' ? '' : `, isolation ${isolation},`;
  const lines = classes.map((its) => {
    const {class: name, calls, serviceInflation, responseMs, hosts, strandedCoreSeconds: stranded, usd} = its;
    const who = name === '' ? 'calls' : `calls of ${name}`;
    const slower = serviceInflation === null ? '' : ` took ${serviceInflation.toFixed(3)} x their time alone,`;
    const left = stranded > 0 ? `, ${formatNumber(stranded)} core-s idle while others waited` : '';
    const used = `${formatCount(hosts)} ${hosts === 1 ? 'host' : 'hosts'} at most, ${formatUsd(usd)}${left}`;
    return `${policy}: on ${formatCount(coresPerHost)} cores a host${apart} ${formatCount(calls)} ${who}${slower} response p50 ${ms(responseMs.p50)}, p99 ${ms(responseMs.p99)}, ${used}.`;
  });
  return detection === undefined ? lines : [...lines, ...detectionLines(policy, detection)];
}

function detectionLines(policy: string, detection: DetectionReport): string[] {
  const {slower, functionsWatched, spells, shortSpells, cpi, robust, functionsSlowed, functionsCalled} = detection;
  const brief = shortSpells === 0 ? '' : `, ${formatCount(shortSpells)} of them below three minutes`;
  const told = ({alarms, precision, recall, minutesToDetect}: RuleReport): string =>
    `${formatCount(alarms)} minutes with an alarm, ${percent(precision)} of them right, ${percent(recall)} of the spells found` +
    (minutesToDetect === null ? '' : `, after ${minutesToDetect.toFixed(1)} min`);
  const ranks =
    detection.scoreRanks === null
      ? ''
      : `; the score of who is latency-sensitive ranks them above others in ${percent(detection.scoreRanks)} of pairs, chance is 50 %`;
  return [
    `${policy}: neighbours made calls ${percent(slower)} slower in ${formatCount(spells)} spells of ${formatCount(functionsWatched)} functions watched${brief}.`,
    `${policy}: CPI rule: ${told(cpi)}.`,
    `${policy}: robust z of durations: ${told(robust)}.`,
    `${policy}: ${formatCount(functionsSlowed)} of ${formatCount(functionsCalled)} functions were so much slower in all${ranks}.`,
  ];
}

/** Of contention a column a number, those of a class under its name: `contention_video_p99_response_ms`. */
function contentionFields({classes, ...all}: ContentionReport): object {
  const ofClasses = classes.map(({class: name, responseMs, ...its}) => [
    name === '' ? '(none)' : name,
    {...its, p50ResponseMs: responseMs.p50, p99ResponseMs: responseMs.p99},
  ]);
  return {...all, ...Object.fromEntries(ofClasses)};
}

/** `12.3 %`; `-`: there is none. */
export function percent(share: number | null): string {
  if (share === null) return '-';
  const value = share * 100;
  return `${value >= 10 || value === 0 ? value.toFixed(1) : value.toPrecision(2)} %`;
}

function ms(value: number | null): string {
  return value === null ? '-' : formatTimeUs(value * US_PER_MS);
}

function grouped(value: number, digits: number): string {
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
}

function short(value: number): string {
  return value >= 100 ? formatCount(value) : String(Number(value.toPrecision(3)));
}
