import {formatDollars, formatNumber, formatShare} from '../../base/format.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import type {ChargebackData} from '../../page/page-data.ts';
import type {PlanReport} from '../../plan/outcome/plan-report.ts';
import type {FrontierReport, FrontierRow} from '../../replay/frontier/frontier-report.ts';
import {lostCalls} from '../../replay/ledger.ts';
import type {ReplayReport, RunReport} from '../../replay/report/replay-report.ts';
import {cheapestRun} from '../../replay/report/verdict.ts';
import {type Html, type HtmlColumn, html, htmlTable} from './html.ts';

/** A part of the page that the menu leads to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

const ms = (value: number | null): string => (value === null ? '–' : formatTimeUs(value * US_PER_MS));
const share = (value: number | null): string => (value === null ? '–' : formatShare(value));

/** A picture that the script draws into, and what it shows for those who do not see it. */
export function chart(name: string, caption: string): Html {
  return html`<figure><div class="chart" data-chart="${name}"></div><figcaption>${caption}</figcaption></figure>`;
}

/** A table that opens on demand: the numbers of a picture. */
export function numbers(summary: string, table: Html): Html {
  return html`<details><summary>${summary}</summary>${table}</details>`;
}

export function policiesSection({runs, workload}: ReplayReport): Section {
  const best = cheapestRun(runs);
  const columns: HtmlColumn<RunReport>[] = [
    {title: 'policy', cell: ({policy, relaxed}) => (relaxed ? `${policy} (relaxed bound)` : policy)},
    {title: '$ a day', number: true, cell: ({usdPerDay}) => formatDollars(usdPerDay)},
    {title: 'cold share', number: true, cell: ({coldShare}) => share(coldShare)},
    {title: 'p99 start delay', number: true, cell: ({startDelayMs}) => ms(startDelayMs.p99)},
    {title: 'p99.9', number: true, cell: ({startDelayMs}) => ms(startDelayMs.p999)},
    {title: 'p99 cold time', number: true, cell: ({coldTimeMs}) => ms(coldTimeMs.p99)},
    {title: 'lost calls', number: true, cell: (run) => formatCount(lostCalls(run) || 0)},
    {title: 'peak slots', number: true, cell: ({peakSlots}) => formatCount(peakSlots)},
    {title: 'busy share', number: true, cell: ({utilisation}) => share(utilisation)},
  ];
  return {
    id: 'policies',
    title: 'What each policy costs',
    body: html`<p class="soft">Replay of ${formatCount(workload.invocations)} calls of ${formatCount(workload.functions)} functions. Start delay is over all calls, warm ones at 0; cold time over cold starts alone.</p>${htmlTable('Policies', columns, runs, (run) => run === best)}`,
  };
}

export function frontierSection(report: FrontierReport): Section {
  const {rows, advice, baseline, floorUsdPerDay} = report;
  const columns: HtmlColumn<FrontierRow>[] = [
    {title: 'policy', cell: ({policy}) => policy},
    {title: 'kind', cell: ({kind}) => kind},
    {title: '$ a day', number: true, cell: ({usdPerDay}) => formatDollars(usdPerDay)},
    {
      title: `saves against ${baseline}`,
      number: true,
      cell: ({savesUsdPerDay}) => (savesUsdPerDay === null ? '–' : formatDollars(savesUsdPerDay)),
    },
    {title: 'cold share', number: true, cell: ({coldShare}) => share(coldShare)},
    {title: 'p99 start delay', number: true, cell: ({p99StartDelayMs}) => ms(p99StartDelayMs)},
    {title: 'p99.9', number: true, cell: ({p999StartDelayMs}) => ms(p999StartDelayMs)},
    {
      title: 'fronts',
      cell: (row) =>
        [row.dominatedCostCold === false ? 'cold share' : '', row.dominatedCostDelay === false ? 'delay' : '']
          .filter(Boolean)
          .join(', '),
    },
  ];
  const floor =
    floorUsdPerDay === null
      ? ''
      : ` No policy that knows no future can be far below ${formatDollars(floorUsdPerDay)} a day.`;
  return {
    id: 'frontier',
    title: 'Which policies are worth having',
    body: html`<p class="soft">Each mark is a policy of the sweep; filled ones are beaten by none in both measures. Circles are published policies, diamonds ours, triangles bounds that know the future.${floor}</p>
<div class="pair">${chart('frontier-cold', 'Dollars a day against cold share, both logarithmic.')}${chart('frontier-delay', 'Dollars a day against the 99.9th percentile of start delay, both logarithmic.')}</div>
${numbers(
  `All ${rows.length} policies in numbers`,
  htmlTable('Policies of the sweep', columns, rows, ({policy}) => policy === advice),
)}`,
  };
}

export function timelineSection(policies: readonly string[], window: string): Section {
  return {
    id: 'time',
    title: 'Demand, instances and cold starts over time',
    body: html`<p class="soft">In windows of ${window}, under ${policies.join(', ')}.</p><h3>Demand</h3>${chart('demand', 'Calls a minute.')}<h3>Instances by state</h3>${chart('instances', 'Instances that are busy, idle and starting, on average in each window.')}<h3>Cold starts</h3>${chart('cold-starts', 'Cold starts a minute.')}`,
  };
}

export function coldSection(): Section {
  return {
    id: 'cold',
    title: 'Cold starts by function',
    body: html`<div class="pair">${chart('cold-sorted', 'Functions in order of their cold share: so many have at most so much.')}${chart('cold-histogram', 'How many functions have which cold share.')}</div>`,
  };
}

export function functionsSection(rows: number): Section {
  return {
    id: 'functions',
    title: 'Functions',
    body: html`<p class="soft">${formatCount(rows)} functions; a click on a head sorts. On paper the first hundred.</p><div data-chart="functions"></div>`,
  };
}

export function planSection(plan: PlanReport): Section {
  const {expected, validation = [], baseline, gap, demand} = plan;
  const interval = expected.interval80;
  const windows = plan.perWindow.slice(0, 500);
  const facts: (readonly [string, string])[] = [
    ['Slots, at most', formatCount(plan.slots)],
    ['Functions kept warm', `${formatCount(plan.functionsWarm)} of ${formatCount(plan.functions)}`],
    ['Expected a day', formatDollars(plan.usdPerDay)],
    ...(interval
      ? [
          [
            'Four of five days',
            `${formatDollars(interval.usdPerDay[0])} to ${formatDollars(interval.usdPerDay[1])}`,
          ] as const,
        ]
      : []),
    ['Expected cold share', share(expected.coldShare)],
    ['Proved within', formatShare(Math.max(0, gap.relative))],
  ];
  type Tried = (typeof validation)[number];
  const tried: HtmlColumn<Tried>[] = [
    {title: 'planned at', cell: ({fromMs}) => ms(fromMs)},
    {title: 'expected $ a day', number: true, cell: ({expectedUsdPerDay}) => formatDollars(expectedUsdPerDay)},
    {title: 'found', number: true, cell: ({foundUsdPerDay}) => formatDollars(foundUsdPerDay)},
    {title: 'cold, expected', number: true, cell: ({expectedColdShare}) => share(expectedColdShare)},
    {title: 'found', number: true, cell: ({foundColdShare}) => share(foundColdShare)},
    {
      title: baseline?.policy ?? 'baseline',
      number: true,
      cell: ({baselineUsdPerDay}) => formatDollars(baselineUsdPerDay),
    },
    {title: 'adaptive', number: true, cell: ({adaptiveUsdPerDay}) => formatDollars(adaptiveUsdPerDay)},
    {title: 'predictive', number: true, cell: ({predictiveUsdPerDay}) => formatDollars(predictiveUsdPerDay)},
  ];
  return {
    id: 'plan',
    title: 'The plan',
    body: html`<p class="soft">From ${demand.source}, ${ms(demand.historyMs)} of history; what is beyond the slots is left to ${plan.rest}.${plan.slots === 0 ? ` No slot pays at these prices beside ${plan.rest}: the plan is that policy.` : ''}</p>${factsList(facts)}
${plan.slots === 0 ? '' : html`<h3>Slots by window</h3>${chart('plan', 'Warm slots in each window of the plan.')}`}
${numbers(
  'Windows in numbers',
  htmlTable(
    'Windows of the plan',
    [
      {title: 'from', cell: ({startMs}) => ms(startMs)},
      {title: 'to', cell: ({endMs}) => ms(endMs)},
      {title: 'slots', number: true, cell: ({slots}) => formatCount(slots)},
      {title: 'functions', number: true, cell: ({functionsWarm}) => formatCount(functionsWarm)},
      {title: 'price of one more slot', number: true, cell: ({dualPrice}) => formatDollars(dualPrice)},
    ],
    windows,
  ),
)}
${validation.length > 0 ? html`<h3>Plans made inside the trace, and what came of them</h3>${htmlTable('Plans made inside the trace', tried, validation)}` : undefined}`,
  };
}

export function forecastSection(model: string, at: string, cameKnown: boolean): Section {
  return {
    id: 'forecast',
    title: 'The forecast against what came',
    body: html`<p class="soft">${model}, as of ${at}.${cameKnown ? '' : ' What came is not in the trace, or no trace was given.'}</p>${chart('forecast', 'Line: mean. Band: between the quantiles forecast, the highest dotted. Dots: what came.')}`,
  };
}

export function chargebackSection({by, policies}: ChargebackData): Section {
  return {
    id: 'chargeback',
    title: `Who pays, by ${by}`,
    body: html`${chart('chargeback', 'The largest payers; dollars of the span that was replayed.')}${policies.map(
      ({policy, payers}) =>
        numbers(
          `${policy}, in numbers`,
          htmlTable(
            `Bill under ${policy}`,
            [
              {title: by, cell: ({payer}) => payer || '(none)'},
              {title: 'calls', number: true, cell: ({invocations}) => formatCount(invocations)},
              {title: 'dollars', number: true, cell: ({usd}) => formatDollars(usd)},
            ],
            payers,
          ),
        ),
    )}`,
  };
}

export function factsList(facts: readonly (readonly [string, string])[]): Html {
  return html`<dl class="facts">${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Any number as people read it. */
export function shownNumber(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : formatNumber(value);
}
