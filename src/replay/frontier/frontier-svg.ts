import {escapeMarkup} from '../../base/text.ts';
import type {FrontierReport, FrontierRow} from './frontier-report.ts';

const WIDTH = 960;
const HEIGHT = 420;
const MARGIN = {left: 70, right: 20, top: 40, bottom: 50};
const colours = {published: '#4a6fa5', ours: '#c0392b', bound: '#7f8c8d'} as const;

interface Panel {
  readonly title: string;
  readonly x: {readonly title: string; readonly of: (row: FrontierRow) => number};
  readonly y: {readonly title: string; readonly of: (row: FrontierRow) => number};
  readonly dominated: (row: FrontierRow) => boolean | null;
}

const panels: readonly Panel[] = [
  {
    title: 'Dollars against p99 start delay',
    x: {title: '$ a day', of: (row) => row.usdPerDay},
    y: {title: 'p99 start delay, ms', of: (row) => row.p99StartDelayMs ?? Number.NaN},
    dominated: (row) => row.dominatedCostDelay,
  },
  {
    title: 'Idle memory against cold share',
    x: {title: 'idle GB-hours', of: (row) => row.idleGbSeconds / 3600},
    y: {title: 'cold share, %', of: (row) => 100 * (row.coldShare ?? Number.NaN)},
    dominated: (row) => row.dominatedIdleCold,
  },
];

/** Both trade-offs as one picture: a dot a policy, dominated ones hollow, each with its name as a tooltip. */
export function frontierSvg({rows}: FrontierReport): string {
  const width = WIDTH * panels.length;
  const body = panels.map((panel, k) => `<g transform="translate(${k * WIDTH} 0)">${panelSvg(panel, rows)}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${HEIGHT}" fill="white"/>
${body.join('\n')}
</svg>
`;
}

function panelSvg({title, x, y, dominated}: Panel, rows: readonly FrontierRow[]): string {
  const shown = rows.filter((row) => Number.isFinite(x.of(row)) && Number.isFinite(y.of(row)));
  const right = Math.max(1e-9, ...shown.map(x.of)) * 1.05;
  const top = Math.max(1e-9, ...shown.map(y.of)) * 1.05;
  const px = (value: number) => round(MARGIN.left + (value / right) * (WIDTH - MARGIN.left - MARGIN.right));
  const py = (value: number) => round(HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom));
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<text x="${px(share * right)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle">${label(share * right)}</text>`,
    `<text x="${MARGIN.left - 8}" y="${py(share * top) + 4}" text-anchor="end">${label(share * top)}</text>`,
  ]);
  const dots = shown.map((row) => {
    const colour = colours[row.kind];
    const fill = dominated(row) ? 'white' : colour;
    const at = `${px(x.of(row))}" cy="${py(y.of(row))}`;
    const name = escapeMarkup(row.policy);
    const text = dominated(row)
      ? ''
      : `<text x="${px(x.of(row)) + 8}" y="${py(y.of(row)) - 6}" fill="${colour}">${name}</text>`;
    return `<circle cx="${at}" r="5" fill="${fill}" stroke="${colour}"><title>${name}</title></circle>${text}`;
  });
  const [x0, y0] = [px(0), py(0)];
  return [
    `<text x="${WIDTH / 2}" y="20" text-anchor="middle" font-size="15">${title}</text>`,
    `<path d="M${x0} ${py(top)}V${y0}H${px(right)}" fill="none" stroke="black"/>`,
    `<text x="${WIDTH / 2}" y="${HEIGHT - 12}" text-anchor="middle">${x.title}</text>`,
    `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${y.title}</text>`,
    ...ticks,
    ...dots,
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function label(value: number): string {
  return String(Number(value.toPrecision(3)));
}
