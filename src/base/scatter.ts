import {logAxis} from './log-axis.ts';
import {placeLabels} from './place-labels.ts';

/** A point of a picture made of letters. */
export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  /** One character; of several on one place the first is seen. */
  readonly mark: string;
  /** Written beside it where there is room; '' for none. */
  readonly name: string;
  /** Named beside it or not at all. */
  readonly near?: boolean;
}

export interface ScatterAxis {
  readonly title: string;
  readonly shown: (value: number) => string;
}

/**
 * Points on two logarithmic axes as lines of text, `width` cells by `height`, with names that never lie on each other;
 * values of 0 have a place of their own. Points that are no numbers are left out.
 */
export function scatter(
  points: readonly ScatterPoint[],
  axes: {readonly x: ScatterAxis; readonly y: ScatterAxis},
  {width, height}: {readonly width: number; readonly height: number},
): string {
  const shown = points.filter(({x, y}) => Number.isFinite(x) && Number.isFinite(y));
  const yAxis = logAxis(
    shown.map(({y}) => y),
    Math.max(2, Math.floor(height / 3)),
  );
  const yTexts = yAxis.ticks.map(({value}) => axes.y.shown(value));
  const left = yTexts.reduce((most, text) => Math.max(most, text.length), 0) + 1;
  const columns = Math.max(8, width - left - 1);
  const xAxis = logAxis(
    shown.map(({x}) => x),
    Math.max(2, Math.floor(columns / 12)),
  );
  const column = (x: number): number => Math.round(xAxis.at(x) * (columns - 1));
  const line = (y: number): number => height - 1 - Math.round(yAxis.at(y) * (height - 1));
  const cells = Array.from({length: height}, () => new Array<string>(columns).fill(' '));
  const dots = shown.map(({x, y, name}) => ({x: column(x), y: line(y), width: [...name].length}));
  const named = shown.map((_, k) => k).filter((k) => shown[k]!.name !== '');
  // A cell is the room of a letter: its middle lies half a cell further.
  const places = placeLabels(
    named.map((k) => ({
      ...dots[k]!,
      x: dots[k]!.x + 0.5,
      y: dots[k]!.y + 0.5,
      ...(shown[k]!.near !== undefined && {near: shown[k]!.near}),
    })),
    dots.map(({x, y}) => ({x: x + 0.5, y: y + 0.5})),
    {width: columns, height, line: 1, gap: 1.5},
  );
  for (const [i, place] of places.entries()) {
    if (place === undefined) continue;
    const letters = [...shown[named[i]!]!.name];
    const [from, row] = [Math.round(place.x), Math.floor(place.y)];
    letters.forEach((letter, n) => {
      if (from + n < columns) cells[row]![from + n] = letter;
    });
  }
  for (let k = shown.length - 1; k >= 0; k--) cells[dots[k]!.y]![dots[k]!.x] = shown[k]!.mark;
  const labels = new Map(yAxis.ticks.map(({value}, k) => [line(value), yTexts[k]!]));
  const body = cells.map((row, k) => {
    const label = labels.get(k);
    return `${(label ?? '').padStart(left)}${label === undefined ? '│' : '┤'}${row.join('').trimEnd()}\n`;
  });
  return `${axes.y.title}\n${body.join('')}${xLines(xAxis.ticks, axes.x, left, columns, column)}`;
}

function xLines(
  ticks: readonly {readonly value: number}[],
  {title, shown}: ScatterAxis,
  left: number,
  columns: number,
  column: (value: number) => number,
): string {
  const rule = new Array<string>(columns).fill('─');
  let labels = '';
  for (const {value} of ticks) {
    const text = shown(value);
    const at = column(value);
    const from = Math.min(Math.max(0, at - Math.floor(text.length / 2)), columns - text.length);
    if (from < labels.length + (labels === '' ? 0 : 1)) continue;
    rule[at] = '┬';
    labels = labels.padEnd(from) + text;
  }
  const indent = ' '.repeat(left + 1);
  return `${' '.repeat(left)}└${rule.join('')}\n${indent}${labels}\n${indent}${title.padStart(Math.floor((columns + title.length) / 2))}\n`;
}
