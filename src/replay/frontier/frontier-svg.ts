import {formatDollars, formatShare} from '../../base/format.ts';
import {type LogAxis, logAxis} from '../../base/log-axis.ts';
import {placeLabels} from '../../base/place-labels.ts';
import {escapeMarkup, printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import type {FrontierReport, FrontierRow} from './frontier-report.ts';

const WIDTH = 720;
const HEIGHT = 480;
const MARGIN = {left: 78, right: 24, top: 44, bottom: 56};
const ROOM = {width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom};
/** Between the axes and what lies at their ends. */
const INSET = 14;
const LETTER = 6.7;
const LINE = 14;
const colours = {published: '#1f6fc9', ours: '#c8501e', bound: '#3c8a4e'} as const;

interface Axis {
  readonly title: string;
  readonly of: (row: FrontierRow) => number;
  readonly shown: (value: number) => string;
}

interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly dominated: (row: FrontierRow) => boolean | null;
}

const dollars: Axis = {title: '$ a day', of: (row) => row.usdPerDay, shown: formatDollars};
const coldShare: Axis = {title: 'cold share', of: (row) => row.coldShare ?? Number.NaN, shown: formatShare};
const delay: Axis = {
  title: 'p99.9 start delay',
  of: (row) => row.p999StartDelayMs ?? Number.NaN,
  shown: (ms) => formatTimeUs(ms * US_PER_MS),
};
const idle: Axis = {
  title: 'idle GB-hours',
  of: (row) => row.idleGbSeconds / 3600,
  shown: (hours) => (hours >= 10 ? formatCount(hours) : String(Number(hours.toPrecision(2)))),
};

const panels: readonly Panel[] = [
  {title: 'Dollars against cold share', x: dollars, y: coldShare, dominated: (row) => row.dominatedCostCold},
  {title: 'Dollars against p99.9 start delay', x: dollars, y: delay, dominated: (row) => row.dominatedCostDelay},
  {title: 'Idle memory against cold share', x: idle, y: coldShare, dominated: (row) => row.dominatedIdleCold},
];

/**
 * The trade-offs as one picture on logarithmic axes: a dot a policy, dominated ones hollow, each with its name as a
 * tooltip, and beside it where there is room.
 */
export function frontierSvg(report: FrontierReport): string {
  const width = WIDTH * panels.length;
  const body = panels.map((panel, k) => `<g transform="translate(${k * WIDTH} 0)">${panelSvg(panel, report)}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${HEIGHT}" fill="white"/>
${body.join('\n')}
</svg>
`;
}

/** A policy and where it lies. */
interface Dot {
  readonly row: FrontierRow;
  readonly x: number;
  readonly y: number;
  readonly hollow: boolean;
}

function panelSvg({title, x, y, dominated}: Panel, {rows, advice, baseline}: FrontierReport): string {
  const shown = rows.filter((row) => Number.isFinite(x.of(row)) && Number.isFinite(y.of(row)));
  const xAxis = logAxis(shown.map(x.of), 7);
  const yAxis = logAxis(shown.map(y.of), 8);
  const px = (at: number): number => MARGIN.left + INSET + at * (ROOM.width - 2 * INSET);
  const py = (at: number): number => HEIGHT - MARGIN.bottom - INSET - at * (ROOM.height - 2 * INSET);
  const dots = shown.map(
    (row): Dot => ({
      row,
      x: px(xAxis.at(x.of(row))),
      y: py(yAxis.at(y.of(row))),
      hollow: dominated(row) !== false,
    }),
  );
  const last = ({row, hollow}: Dot): number => {
    if (row.policy === advice) return 0;
    if (!hollow) return 1;
    return row.kind === 'bound' || row.policy === baseline ? 2 : 3;
  };
  return [
    `<text x="${WIDTH / 2}" y="22" text-anchor="middle" font-size="15">${title}</text>`,
    ...gridSvg(xAxis, yAxis, {x, y}, px, py),
    ...dots.map(dotSvg),
    ...namesSvg(
      dots.toSorted((a, b) => last(a) - last(b)),
      (dot) => last(dot) === 3,
      advice,
    ),
  ].join('\n');
}

function gridSvg(
  xAxis: LogAxis,
  yAxis: LogAxis,
  axes: {readonly x: Axis; readonly y: Axis},
  px: (at: number) => number,
  py: (at: number) => number,
): string[] {
  const [left, right] = [MARGIN.left, WIDTH - MARGIN.right];
  const [top, bottom] = [MARGIN.top, HEIGHT - MARGIN.bottom];
  const upright = xAxis.ticks.flatMap(({value, at}) => [
    `<path d="M${round(px(at))} ${top}V${bottom}" stroke="#e3e6ec"/>`,
    `<text x="${round(px(at))}" y="${bottom + 18}" text-anchor="middle">${axes.x.shown(value)}</text>`,
  ]);
  const level = yAxis.ticks.flatMap(({value, at}) => [
    `<path d="M${left} ${round(py(at))}H${right}" stroke="#e3e6ec"/>`,
    `<text x="${left - 8}" y="${round(py(at)) + 4}" text-anchor="end">${axes.y.shown(value)}</text>`,
  ]);
  return [
    ...upright,
    ...level,
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="black"/>`,
    `<text x="${WIDTH / 2}" y="${HEIGHT - 14}" text-anchor="middle">${axes.x.title} (logarithmic)</text>`,
    `<text transform="translate(16 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${axes.y.title} (logarithmic)</text>`,
  ];
}

function dotSvg({row, x, y, hollow}: Dot): string {
  const colour = colours[row.kind];
  return `<circle cx="${round(x)}" cy="${round(y)}" r="5" fill="${hollow ? 'white' : colour}" stroke="${colour}"><title>${nameOf(row)}</title></circle>`;
}

/** Names where there is room for them, in their order. */
function namesSvg(dots: readonly Dot[], near: (dot: Dot) => boolean, advice: string | null): string[] {
  const inside = (dot: Dot) => ({x: dot.x - MARGIN.left, y: dot.y - MARGIN.top});
  const places = placeLabels(
    dots.map((dot) => ({...inside(dot), width: dot.row.policy.length * LETTER, near: near(dot)})),
    dots.map(inside),
    {...ROOM, line: LINE, gap: 9},
  );
  return dots.flatMap(({row}, k) => {
    const place = places[k];
    if (place === undefined) return [];
    const weight = row.policy === advice ? ' font-weight="bold"' : '';
    return [
      `<text x="${round(place.x + MARGIN.left)}" y="${round(place.y + MARGIN.top) + 4}" fill="${colours[row.kind]}"${weight}>${nameOf(row)}</text>`,
    ];
  });
}

function nameOf({policy}: FrontierRow): string {
  return escapeMarkup(printable(policy));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
