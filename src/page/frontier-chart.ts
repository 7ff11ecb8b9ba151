import * as Plot from '@observablehq/plot';
import {formatDollars, formatShare} from '../base/format.ts';
import {logAxis} from '../base/log-axis.ts';
import {placeLabels} from '../base/place-labels.ts';
import {formatTimeUs, US_PER_MS} from '../base/units.ts';
import {colours, draw, placeOf, plot} from './chart.ts';
import type {FrontierData, FrontierPoint} from './page-data.ts';

const kinds = {published: colours.one, ours: colours.two, bound: colours.three} as const;
const LETTER_PX = 6.6;

/** What is on the upright axis. */
interface Measure {
  readonly chart: string;
  readonly title: string;
  readonly of: (point: FrontierPoint) => number | null;
  readonly onFront: (point: FrontierPoint) => boolean;
  readonly shown: (value: number) => string;
}

const measures: readonly Measure[] = [
  {
    chart: 'frontier-cold',
    title: 'cold share',
    of: ({coldShare}) => coldShare,
    onFront: ({onColdFront}) => onColdFront,
    shown: formatShare,
  },
  {
    chart: 'frontier-delay',
    title: 'p99.9 start delay',
    of: ({p999DelayMs}) => p999DelayMs,
    onFront: ({onDelayFront}) => onDelayFront,
    shown: (ms) => formatTimeUs(ms * US_PER_MS),
  },
];

export function drawFrontier(data: FrontierData): void {
  for (const measure of measures) {
    const place = placeOf(measure.chart);
    if (place) draw(place, (width) => frontierChart(data, measure, width));
  }
}

interface Dot extends FrontierPoint {
  readonly name: string;
  readonly y: number;
  readonly value: number;
}

/** Dollars against what is wanted small, both in powers of ten; what is 0 lies on the bottom line, which says so. */
function frontierChart({points, baseline}: FrontierData, {title, of, onFront, shown}: Measure, width: number): Element {
  const known = points.filter((point) => point.usdPerDay > 0 && of(point) !== null);
  const floor = zeroPlace(known.map((point) => of(point)!));
  const dots: Dot[] = known.map((point) => {
    const value = of(point)!;
    return {...point, name: point.policy, value, y: value > 0 ? value : floor};
  });
  const front = dots.filter(onFront).sort((a, b) => a.usdPerDay - b.usdPerDay);
  const frame = {width, height: 380, marginLeft: 64, marginRight: 16, marginTop: 24, marginBottom: 42, inset: 14};
  const xTicks = ticksOf(
    dots.map(({usdPerDay}) => usdPerDay),
    width / 90,
  );
  const yTicks = ticksOf(
    dots.map(({value}) => value),
    7,
  ).map((tick) => (tick === 0 ? floor : tick));
  const x = {type: 'log', label: 'dollars a day', ticks: xTicks, tickFormat: formatDollars} as const;
  const y = {
    type: 'log',
    label: title,
    ticks: yTicks,
    tickFormat: (v: number) => (v === floor ? '0' : shown(v)),
  } as const;
  const named = namesOf(dots, front, baseline, frame, Plot.plot({...frame, x, y, marks: dotsOf(dots, onFront)}));
  const tip = (dot: Dot): string =>
    `${dot.name}\n${formatDollars(dot.usdPerDay)} a day\n${title} ${shown(dot.value)}\n${dot.kind}${onFront(dot) ? ', on the front' : ''}`;
  const best = dots.find(({advised}) => advised);
  const label = `Dollars a day against ${title} of ${dots.length} policies, both on logarithmic axes. ${best ? `Cheapest: ${best.name}, ${formatDollars(best.usdPerDay)} a day, ${title} ${shown(best.value)}.` : ''}`;
  return plot(width, label, {
    ...frame,
    x,
    y,
    marks: [
      Plot.gridX(xTicks, {strokeOpacity: 0.12}),
      Plot.gridY(yTicks, {strokeOpacity: 0.12}),
      Plot.line(front, {x: 'usdPerDay', y: 'y', curve: 'step-after', stroke: colours.faint, strokeDasharray: '3 3'}),
      ...dotsOf(dots, onFront),
      ...[true, false].map((loud) =>
        Plot.text(
          named.filter((dot) => (dot.advised || onFront(dot)) === loud),
          {
            // Places are in pixels, so the scales are passed by.
            x: {value: 'left', scale: null},
            y: {value: 'middle', scale: null},
            text: 'name',
            textAnchor: 'start',
            fill: loud ? colours.text : colours.soft,
            fontWeight: loud ? 700 : 400,
          },
        ),
      ),
      Plot.tip(dots, Plot.pointer({x: 'usdPerDay', y: 'y', title: tip, fill: 'var(--paper)', stroke: colours.faint})),
    ],
  });
}

const symbols = {published: 'circle', ours: 'diamond', bound: 'triangle'} as const;

/** A mark a kind: the symbol is the mark's. */
function dotsOf(dots: readonly Dot[], onFront: (dot: Dot) => boolean): Plot.Dot[] {
  return Object.entries(symbols).map(([kind, symbol]) => {
    const colour = kinds[kind as keyof typeof kinds];
    return Plot.dot(
      dots.filter((dot) => dot.kind === kind),
      {
        x: 'usdPerDay',
        y: 'y',
        r: {value: (dot: Dot) => (dot.advised ? 7 : 4.5), scale: null},
        symbol,
        stroke: colour,
        fill: {value: (dot: Dot) => (onFront(dot) ? colour : 'none'), scale: null},
        strokeWidth: 1.5,
      } as Plot.DotOptions,
    );
  });
}

/** Names where there is room for them, those that matter first. */
function namesOf(
  dots: readonly Dot[],
  front: readonly Dot[],
  baseline: string,
  {width, height}: {readonly width: number; readonly height: number},
  drawn: Plot.Plot,
): (Dot & {readonly left: number; readonly middle: number})[] {
  const isNamed = (dot: Dot): boolean => dot.kind === 'bound' || dot.policy === baseline;
  const wanted = [...dots.filter(({advised}) => advised), ...front, ...dots.filter(isNamed), ...dots];
  const names = [...new Set(wanted)];
  const at = dots.map((dot) => ({
    x: drawn.scale('x')!.apply(dot.usdPerDay) as number,
    y: drawn.scale('y')!.apply(dot.y) as number,
  }));
  const places = placeLabels(
    names.map((dot) => ({
      ...at[dots.indexOf(dot)]!,
      width: dot.name.length * LETTER_PX,
      near: !dot.advised && !front.includes(dot) && !isNamed(dot),
    })),
    at,
    {width: width - 4, height: height - 44, line: 14, gap: 10},
  );
  return names.flatMap((dot, k) => (places[k] ? [{...dot, left: places[k].x, middle: places[k].y}] : []));
}

/** Where values of 0 are drawn: a little below the least of the others. */
function zeroPlace(values: readonly number[]): number {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return 1;
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  return low / Math.max(2, (high / low) ** 0.12);
}

function ticksOf(values: readonly number[], most: number): number[] {
  return logAxis(values, most).ticks.map(({value}) => value);
}
