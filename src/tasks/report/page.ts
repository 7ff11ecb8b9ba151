import {formatDollars, formatShare} from '../../base/format.ts';
import {printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import {priceNote} from '../../cost/sheets.ts';
import type {FrontierData, PageData} from '../../page/page-data.ts';
import type {FrontierReport} from '../../replay/frontier/frontier-report.ts';
import {platformLines} from '../../replay/report/replay-text.ts';
import {extrapolation} from '../../replay/report/verdict.ts';
import {ownersBill} from './chargeback.ts';
import {decisionOf} from './decision.ts';
import {heatSection} from './heat-section.ts';
import {historyData, historySection, nightlyTrends} from './history-section.ts';
import {Html, html, scriptJson} from './html.ts';
import {otherSection} from './other-section.ts';
import {pageScript, pageStyle} from './page-assets.js';
import {
  chargebackSection,
  coldSection,
  factsList,
  forecastSection,
  frontierSection,
  functionsSection,
  planSection,
  policiesSection,
  type Section,
  timelineSection,
} from './sections.ts';
import type {Sources} from './sources.ts';
import {packWindows} from './windows.ts';

/** What the page says of how it was made. */
export interface Made {
  readonly title: string;
  readonly version: string;
  readonly node: string;
}

/** The whole page: text and tables as markup, what is drawn as data and a script; it asks nothing of any network. */
export function reportPage(sources: Sources, made: Made): string {
  const data = dataOf(sources);
  const sections = sectionsOf(sources, data, made);
  const menu = sections.map(({id, title}) => html`<li><a href="#${id}">${title}</a></li>`);
  const bodies = sections.map(
    ({id, title, body}) =>
      html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>\n`,
  );
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${made.title}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
<header>
<h1>${made.title}</h1>
<p class="decision">${decisionOf(sources)}</p>
${factsList(headFacts(sources))}
<nav aria-label="Sections"><ul>${menu}</ul></nav>
</header>
<main id="main">
<noscript><p>Pictures and the table of functions need a script; all other tables are here.</p></noscript>
${bodies}</main>
<footer><p>Made by coldfront ${made.version}; nothing is loaded from anywhere.</p></footer>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${new Html(pageScript)}</script>
</body>
</html>
`;
  return page.text;
}

function dataOf(sources: Sources): PageData {
  const {frontier, plan, forecast, functions} = sources;
  const timeline = packWindows(sources.windows);
  const chargeback = ownersBill(sources);
  const trends = nightlyTrends(sources);
  return {
    startMs: sources.startMs,
    ...(frontier && {frontier: frontierData(frontier)}),
    ...(timeline && {timeline}),
    ...(functions.empty ? {} : {functions: functions.packed()}),
    ...(plan &&
      plan.perWindow.length > 0 && {
        plan: plan.perWindow.map(({startMs, endMs, slots, functionsWarm}) => ({startMs, endMs, slots, functionsWarm})),
      }),
    ...(forecast && {forecast}),
    ...(chargeback && {chargeback}),
    ...(trends && {history: historyData(trends)}),
  };
}

function frontierData({rows, baseline, advice}: FrontierReport): FrontierData {
  return {
    baseline: printable(baseline),
    points: rows.map((row) => ({
      policy: printable(row.policy),
      kind: row.kind,
      usdPerDay: row.usdPerDay,
      coldShare: row.coldShare,
      p999DelayMs: row.p999StartDelayMs,
      onColdFront: row.dominatedCostCold === false,
      onDelayFront: row.dominatedCostDelay === false,
      advised: row.policy === advice,
    })),
  };
}

function sectionsOf(sources: Sources, data: PageData, made: Made): Section[] {
  const {replays, frontier, plan, forecast, others} = sources;
  const {timeline, functions, chargeback} = data;
  const trends = nightlyTrends(sources);
  // Of night after night the last one is told in full.
  const shown = sources.trends === undefined && trends !== undefined ? replays.slice(-1) : replays;
  return [
    ...(trends ? [historySection(trends)] : []),
    ...shown.map((report, k) => {
      const section = policiesSection(report);
      return k === 0 ? section : {...section, id: `policies-${k + 1}`};
    }),
    ...(frontier ? [frontierSection(frontier)] : []),
    ...(timeline
      ? [
          timelineSection(
            timeline.policies.map(({policy}) => policy),
            formatTimeUs(timeline.everyMs * US_PER_MS),
          ),
        ]
      : []),
    ...(sources.heat ? [heatSection(sources.heat)] : []),
    ...(functions ? [coldSection()] : []),
    ...(plan ? [planSection(plan)] : []),
    ...(forecast
      ? [forecastSection(forecast.model, formatTimeUs(forecast.atMs * US_PER_MS), forecast.fans[0]?.came != null)]
      : []),
    ...(chargeback ? [chargebackSection(chargeback)] : []),
    ...(functions ? [functionsSection(functions.rows)] : []),
    ...others.map(otherSection),
    madeSection(sources, made),
  ];
}

/** The few numbers under the decision. */
function headFacts({replays, frontier, plan}: Sources): (readonly [string, string])[] {
  const [replay] = replays;
  const workload = replay?.workload ?? frontier?.workload;
  const best = frontier?.rows.find(({policy}) => policy === frontier.advice);
  return [
    ...(workload
      ? ([
          ['Functions', formatCount(workload.functions)],
          ['Calls', formatCount(workload.invocations)],
          ['Trace', `${formatTimeUs(workload.spanMs * US_PER_MS)} of ${workload.source}`],
        ] as const)
      : []),
    ...(best
      ? ([
          ['Cheapest policy', `${formatDollars(best.usdPerDay)} a day`],
          ['Its cold share', best.coldShare === null ? '–' : formatShare(best.coldShare)],
        ] as const)
      : []),
    ...(plan ? ([['Plan', `${formatDollars(plan.usdPerDay)} a day expected`]] as const) : []),
  ];
}

const NEWLINE = new Html('\n');

/** Prices, assumptions, versions, and the commands that make it again. */
function madeSection(sources: Sources, {version, node}: Made): Section {
  const {replays, frontier, plan, inputs} = sources;
  const reports = [...replays, ...(frontier ? [frontier] : [])];
  const [first] = reports;
  const lines = [
    ...(first ? [extrapolation(first.untilMs - first.fromMs)] : []),
    ...(first ? [fleetText(first.fleet)] : []),
    ...(first && first.workload.withoutDuration > 0
      ? [`${formatCount(first.workload.withoutDuration)} functions have no duration in the trace and took the default.`]
      : []),
    ...(first && first.workload.withoutMemory > 0
      ? [`${formatCount(first.workload.withoutMemory)} functions have no memory in the trace and took the default.`]
      : []),
    ...reports.flatMap(({prices, platform}) => [priceNote(prices) ?? '', ...platformLines(platform)]),
    priceNote(plan?.prices) ?? '',
    ...(first ? [`Seed ${first.seed}: the same inputs give the same bytes.`] : []),
    ...sources.assumed,
  ].filter((line) => line !== '');
  const read = inputs.map(
    ({path, kind, sha256}) => html`<li>${path}: ${kind}${sha256 === '' ? '' : `, SHA-256 ${sha256}`}</li>`,
  );
  return {
    id: 'made',
    title: 'Prices, assumptions, and how to make it again',
    body: html`<ul>${[...new Set(lines)].map((line) => html`<li>${line}</li>`)}</ul>
<h3>How to make it again</h3><pre>${sources.commands.map((line) => html`${line}${NEWLINE}`)}</pre>
${read.length > 0 ? html`<h3>What it was made of</h3><ul>${read}</ul>` : undefined}
<p class="soft">coldfront ${version}, Node ${node}.</p>`,
  };
}

function fleetText({hosts, slotsPerHost, memoryMibPerHost, cells}: FrontierReport['fleet']): string {
  if (slotsPerHost === null && memoryMibPerHost === null)
    return 'One host without limits: what is needed is told, nothing is refused.';
  const slots = slotsPerHost === null ? '' : ` of ${formatCount(slotsPerHost)} slots`;
  const memory = memoryMibPerHost === null ? '' : ` and ${formatCount(memoryMibPerHost)} MiB`;
  return `${hosts === null ? 'Hosts as needed' : `${formatCount(hosts)} hosts`}${slots}${memory}, ${formatCount(cells)} cells.`;
}
