import * as Plot from '@observablehq/plot';
import {formatDollars, formatNumber, formatShare} from '../base/format.ts';
import {formatCount} from '../base/units.ts';
import {chooser, colours, draw, placeOf, plot} from './chart.ts';
import type {Figures} from './function-figures.ts';
import type {ChargebackData, ForecastData, ForecastFan, Payer} from './page-data.ts';
import {short} from './time-charts.ts';

const POINTS = 400;
const BINS = 20;

/** Cold share by function, sorted; and how many functions have which. */
export function drawColdShares(figures: readonly Figures[]): void {
  const shares = figures.map(({policy, coldShare}) => ({
    policy,
    sorted: coldShare.filter((share) => !Number.isNaN(share)).sort(),
  }));
  const domain = shares.map(({policy}) => policy);
  const color = {
    domain,
    range: [colours.one, colours.two, colours.three, 'var(--c4)', 'var(--c5)'],
    legend: domain.length > 1,
  };
  const sorted = placeOf('cold-sorted');
  if (sorted) {
    const rows = shares.flatMap(({policy, sorted: its}) => curveOf(its).map((point) => ({policy, ...point})));
    const label = `Cold share of functions in rising order. ${shares.map(({policy, sorted: its}) => `${policy}: median ${formatShare(its[its.length >> 1] ?? 0)}`).join('; ')}.`;
    draw(sorted, (width) =>
      plot(width, label, {
        x: {label: 'share of functions', tickFormat: formatShare, grid: true},
        y: {label: 'cold share, at most', tickFormat: formatShare, grid: true, domain: [0, 1]},
        color,
        marks: [
          Plot.lineY(rows, {x: 'x', y: 'y', stroke: 'policy', curve: 'step-before'}),
          Plot.tip(
            rows,
            Plot.pointer({
              x: 'x',
              y: 'y',
              fill: 'var(--paper)',
              title: (row: (typeof rows)[number]) =>
                `${row.policy}\n${formatShare(row.x)} of the functions:\n${formatShare(row.y)} cold at most`,
            }),
          ),
        ],
      }),
    );
  }
  const histogram = placeOf('cold-histogram');
  if (histogram) {
    const rows = shares.flatMap(({policy, sorted: its}) =>
      binsOf(its).map((functions, bin) => ({policy, bin, functions})),
    );
    const label = `How many functions have which cold share, in ${BINS} steps.`;
    draw(histogram, (width) =>
      plot(width, label, {
        x: {label: 'cold share', tickFormat: formatShare, domain: [0, 1]},
        y: {label: 'functions', grid: true, tickFormat: short},
        color,
        marks: [
          Plot.ruleY([0]),
          Plot.lineY(rows, {
            x: (row: {bin: number}) => (row.bin + 0.5) / BINS,
            y: 'functions',
            stroke: 'policy',
            marker: 'dot',
          }),
          Plot.tip(
            rows,
            Plot.pointer({
              x: (row: {bin: number}) => (row.bin + 0.5) / BINS,
              y: 'functions',
              fill: 'var(--paper)',
              title: (row: (typeof rows)[number]) =>
                `${row.policy}\n${formatShare(row.bin / BINS)} to ${formatShare((row.bin + 1) / BINS)} cold:\n${formatCount(row.functions)} functions`,
            }),
          ),
        ],
      }),
    );
  }
}

/** Points of the curve: share of functions, and the cold share that they do not exceed. */
function curveOf(sorted: Float64Array): {x: number; y: number}[] {
  const n = sorted.length;
  const points = Math.min(n, POINTS);
  return Array.from({length: points}, (_, k) => {
    const at = Math.ceil(((k + 1) * n) / points) - 1;
    return {x: (at + 1) / n, y: sorted[at]!};
  });
}

function binsOf(sorted: Float64Array): number[] {
  const bins = new Array<number>(BINS).fill(0);
  for (const share of sorted) bins[Math.min(BINS - 1, Math.floor(share * BINS))]! += 1;
  return bins;
}

/** Quantiles as bands about the mean, and what came. */
export function drawForecast(data: ForecastData): void {
  const place = placeOf('forecast');
  if (!place) return;
  const names = data.fans.map(({name}) => name || 'all functions');
  chooser(place, 'Calls of', names, (k) => {
    const inner = document.createElement('div');
    place.replaceChildren(inner);
    draw(inner, (width) => fanChart(data, data.fans[k]!, names[k]!, width));
  });
}

function fanChart(
  {minutes, levels: all}: ForecastData,
  {mean, quantiles, came}: ForecastFan,
  name: string,
  width: number,
): Element {
  // Of all functions together there are none.
  const levels = all.slice(0, quantiles.length);
  const x = [0, ...minutes];
  const from0 = (values: readonly number[]): number[] => [0, ...values];
  const bands = [];
  for (let k = 0; k < Math.floor(levels.length / 2); k++) {
    const [low, high] = [from0(quantiles[k]!), from0(quantiles[levels.length - 1 - k]!)];
    bands.push(x.map((at, i) => ({x: at, low: low[i]!, high: high[i]!})));
  }
  const upper = levels.length === 0 ? undefined : from0(quantiles.at(-1)!);
  const line = x.map((at, i) => ({x: at, y: from0(mean)[i]!}));
  const dots = came ? minutes.map((at, i) => ({x: at, y: came[i]!})) : [];
  const last = minutes.length - 1;
  const label = `Calls of ${name} within the next minutes: ${formatNumber(mean[last] ?? 0)} expected in ${minutes[last]} minutes${came ? `, ${formatCount(came[last]!)} came` : ''}.`;
  return plot(width, label, {
    x: {label: 'minutes from then on'},
    y: {label: 'calls so far', grid: true, tickFormat: short},
    marks: [
      Plot.ruleY([0]),
      ...bands.map((rows) => Plot.areaY(rows, {x: 'x', y1: 'low', y2: 'high', fill: colours.one, fillOpacity: 0.2})),
      ...(upper
        ? [
            Plot.lineY(
              x.map((at, i) => ({x: at, y: upper[i]!})),
              {x: 'x', y: 'y', stroke: colours.one, strokeDasharray: '2 3'},
            ),
          ]
        : []),
      Plot.lineY(line, {x: 'x', y: 'y', stroke: colours.one}),
      Plot.dot(dots, {x: 'x', y: 'y', fill: colours.two, r: 4}),
      Plot.tip(
        line,
        Plot.pointerX({
          x: 'x',
          y: 'y',
          fill: 'var(--paper)',
          title: (point: {x: number; y: number}) => {
            const k = minutes.indexOf(point.x);
            const each = levels.map((level, q) => `${formatShare(level)}: ${formatNumber(quantiles[q]?.[k] ?? 0)}`);
            return [
              `${point.x} minutes`,
              `mean ${formatNumber(point.y)}`,
              ...(k < 0 ? [] : each),
              ...(came && k >= 0 ? [`came: ${formatCount(came[k]!)}`] : []),
            ].join('\n');
          },
        }),
      ),
    ],
  });
}

const SHOWN_PAYERS = 20;

/** Who pays how much: bars, the largest first. */
export function drawChargeback({policies, by}: ChargebackData): void {
  const place = placeOf('chargeback');
  if (!place) return;
  chooser(
    place,
    'Bill under',
    policies.map(({policy}) => policy),
    (k) => {
      const inner = document.createElement('div');
      place.replaceChildren(inner);
      draw(inner, (width) => barsChart(policies[k]!.payers.slice(0, SHOWN_PAYERS), by, width));
    },
  );
}

function barsChart(payers: readonly Payer[], by: string, width: number): Element {
  // Two payers may look alike: each has its place by number.
  const rows = payers.map((payer, k) => ({...payer, k}));
  const short = (k: number): string => {
    const name = payers[k]!.payer || '(none)';
    return name.length > 18 ? `${name.slice(0, 17)}…` : name;
  };
  const [first] = payers;
  const label = `Dollars by ${by}, the largest first${first ? `: ${first.payer || '(none)'} ${formatDollars(first.usd)}` : ''}.`;
  return plot(width, label, {
    height: 44 + rows.length * 22,
    marginLeft: 140,
    marginRight: 64,
    x: {label: 'dollars', grid: true, tickFormat: formatDollars, ticks: Math.max(2, width / 160)},
    y: {label: null, domain: rows.map(({k}) => k), tickFormat: short, type: 'band'},
    marks: [
      Plot.barX(rows, {
        x: 'usd',
        y: 'k',
        fill: colours.one,
        fillOpacity: 0.75,
        insetTop: 2,
        insetBottom: 2,
        title: (row: (typeof rows)[number]) =>
          `${row.payer}\n${formatDollars(row.usd)}, ${formatCount(row.invocations)} calls`,
      }),
      Plot.text(rows, {
        x: 'usd',
        y: 'k',
        text: (row: (typeof rows)[number]) => formatDollars(row.usd),
        dx: 4,
        textAnchor: 'start',
        fill: colours.text,
      }),
      Plot.ruleX([0]),
    ],
  });
}
