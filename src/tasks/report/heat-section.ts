import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import type {DaysHeat, Heat} from '../describe/heat.ts';
import {type Html, html, htmlTable} from './html.ts';
import {numbers, type Section} from './sections.ts';

/** Depths of colour that can be told apart. */
const DEPTHS = 12;
const HOUR_WIDTH = 26;
const ROW_HEIGHT = 18;
/** Width of a picture, with the names of its rows. */
const WIDTH = 820;
const NAME_LETTERS = 18;

/** When calls come: hours of days, and the busiest functions over time. */
export function heatSection({days, functions}: Heat): Section {
  const step = formatTimeUs(functions.everyMs * US_PER_MS);
  return {
    id: 'rhythm',
    title: 'When calls come',
    body: html`${days === null ? undefined : daysFigure(days)}${
      functions.rows.length === 0
        ? undefined
        : html`<h3>The busiest functions over time</h3>${figure(
            functions.rows.map(({function: name, calls}) => {
              const most = Math.max(...calls);
              return {
                name,
                depths: calls.map((count) => depthOf(count, 0, most)),
                about: `${name}: up to ${formatCount(most)} calls in ${step}`,
              };
            }),
            'The busiest functions, a row each, and their calls from step to step, from none to the most of each.',
          )}`
    }`,
  };
}

function daysFigure({rows, utc, by}: DaysHeat): Html {
  const all = rows.flatMap(({calls}) => calls.filter((count) => count !== null));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const what = `${by === 'weekday' ? 'mean calls' : 'calls'} an hour`;
  const hours = utc ? 'hour, UTC' : 'hour from the beginning';
  return html`<h3>By ${hours}</h3>${figure(
    rows.map(({day, calls}) => ({
      name: day,
      depths: calls.map((count) => (count === null ? null : depthOf(count, least, most))),
      about: `${day}: ${calls
        .map((count, hour) => (count === null ? '' : `${hour} h ${formatCount(count)}`))
        .filter(Boolean)
        .join(', ')}`,
    })),
    `Days, a row each, and their hours: from ${formatCount(least)} (light) to ${formatCount(most)} (deep) ${what}.`,
    Array.from({length: 24}, (_, hour) => (hour % 3 === 0 ? String(hour).padStart(2, '0') : '')),
  )}${numbers(
    'Hours in numbers',
    htmlTable(
      'Calls by day and hour',
      [
        {title: 'day', cell: ({day}) => day},
        ...Array.from({length: 24}, (_, hour) => ({
          title: String(hour),
          number: true,
          cell: ({calls}: DaysHeat['rows'][number]) => (calls[hour] == null ? '–' : formatCount(calls[hour])),
        })),
      ],
      rows,
    ),
  )}`;
}

interface HeatRow {
  readonly name: string;
  /** 0 to DEPTHS; null: not known. */
  readonly depths: readonly (number | null)[];
  readonly about: string;
}

function depthOf(value: number, least: number, most: number): number {
  if (value <= 0) return 0;
  return most > least ? Math.max(1, Math.round(((value - least) / (most - least)) * DEPTHS)) : DEPTHS;
}

/** Rows of cells as one picture, drawn without a script; stretches of one depth are one shape. */
function figure(rows: readonly HeatRow[], caption: string, heads: readonly string[] = []): Html {
  const cells = Math.max(...rows.map(({depths}) => depths.length));
  const left = 10 + 8 * Math.min(NAME_LETTERS, Math.max(...rows.map(({name}) => [...name].length)));
  const width = Math.min(HOUR_WIDTH, (WIDTH - left) / cells);
  const top = heads.length > 0 ? ROW_HEIGHT : 0;
  const lines = rows.map(({name, depths, about}, k) => {
    const y = top + k * ROW_HEIGHT;
    const shapes = stretchesOf(depths).map(
      ({from, to, depth}) =>
        html`<rect x="${round(left + from * width)}" y="${y}" width="${round((to - from) * width)}" height="${ROW_HEIGHT - 2}" fill-opacity="${round(depth / DEPTHS)}"/>`,
    );
    return html`<g><title>${about}</title><text x="${left - 8}" y="${y + 12}" text-anchor="end">${shortened(name)}</text><rect class="ground" x="${left}" y="${y}" width="${round(depths.length * width)}" height="${ROW_HEIGHT - 2}"/>${shapes}</g>`;
  });
  const titles = heads.map(
    (head, k) => html`<text x="${round(left + (k + 0.5) * width)}" y="12" text-anchor="middle">${head}</text>`,
  );
  const [wide, high] = [Math.ceil(left + cells * width), top + rows.length * ROW_HEIGHT];
  return html`<figure><svg class="heat" viewBox="0 0 ${wide} ${high}" width="${wide}" role="img" aria-label="${caption}">${titles}${lines}</svg><figcaption>${caption}</figcaption></figure>`;
}

function stretchesOf(depths: HeatRow['depths']): {from: number; to: number; depth: number}[] {
  const found: {from: number; to: number; depth: number}[] = [];
  for (const [k, depth] of depths.entries()) {
    const last = found.at(-1);
    if (depth === null || depth === 0) continue;
    if (last !== undefined && last.to === k && last.depth === depth) last.to = k + 1;
    else found.push({from: k, to: k + 1, depth});
  }
  return found;
}

function shortened(name: string): string {
  const letters = [...name];
  return letters.length <= NAME_LETTERS ? name : `${letters.slice(0, NAME_LETTERS - 1).join('')}…`;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
