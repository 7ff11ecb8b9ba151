import * as Plot from '@observablehq/plot';
import {formatDollars, formatShare} from '../base/format.ts';
import {formatTimeUs, US_PER_MS} from '../base/units.ts';
import {draw, placeOf, plot} from './chart.ts';
import type {HistoryTrend} from './page-data.ts';

/** What a report says of a run. */
interface Dot {
  /** Number of the report, since two may have the same name. */
  readonly k: number;
  readonly report: string;
  readonly run: string;
  readonly value: number;
}

type Figure = 'usdPerDay' | 'p99StartMs' | 'coldShare';

const pictures: readonly {
  readonly place: string;
  readonly figure: Figure;
  readonly title: string;
  readonly shown: (value: number) => string;
}[] = [
  {place: 'history-usd', figure: 'usdPerDay', title: 'dollars a day', shown: formatDollars},
  {
    place: 'history-delay',
    figure: 'p99StartMs',
    title: 'p99 start delay',
    shown: (ms) => formatTimeUs(Math.round(ms * US_PER_MS)),
  },
  {place: 'history-cold', figure: 'coldShare', title: 'cold share', shown: formatShare},
];

/** One report after the other, a line a run. */
export function drawHistory(trends: readonly HistoryTrend[]): void {
  for (const {place: name, figure, title, shown} of pictures) {
    const place = placeOf(name);
    const dots = dotsOf(trends, figure);
    if (place) draw(place, (width) => trendChart(dots, trends.length, title, shown, width));
  }
}

function dotsOf(trends: readonly HistoryTrend[], figure: Figure): Dot[] {
  return trends.flatMap(({run, points}) =>
    points.flatMap((point, k) => {
      const value = point[figure];
      return value === null ? [] : [{k, report: point.report, run, value}];
    }),
  );
}

function trendChart(
  dots: readonly Dot[],
  runs: number,
  title: string,
  shown: (value: number) => string,
  width: number,
): Element {
  const reports = new Map(dots.map(({k, report}) => [k, report]));
  const label = (k: number): string => {
    const name = reports.get(k) ?? '';
    return name.length > 16 ? `…${name.slice(-15)}` : name;
  };
  const last = dots.at(-1);
  const sentence = `${title} over ${reports.size} reports${last ? `, the last ${shown(last.value)}` : ''}.`;
  return plot(width, sentence, {
    marginBottom: 54,
    ...(runs > 1 && {color: {legend: true, scheme: 'Tableau10'}}),
    x: {
      type: 'linear',
      label: 'report',
      ticks: [...reports.keys()],
      tickFormat: (k: number) => label(k),
      tickRotate: reports.size > 4 ? -20 : 0,
      inset: 12,
    },
    y: {label: title, zero: true, grid: true, tickFormat: (value: number) => shown(value)},
    marks: [
      Plot.ruleY([0]),
      Plot.lineY(dots, {x: 'k', y: 'value', stroke: runs > 1 ? 'run' : 'var(--c1)', z: 'run'}),
      Plot.dot(dots, {
        x: 'k',
        y: 'value',
        fill: runs > 1 ? 'run' : 'var(--c1)',
        tip: true,
        title: ({report, run, value}: Dot) => `${report}\n${run}\n${shown(value)}`,
      }),
    ],
  });
}
