import {clockText} from '../../base/clock-text.ts';
import {narrowed, shades} from '../../base/heat-map.ts';
import {terminal} from '../../base/terminal.ts';
import {printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import type {DescribeReport} from './describe-report.ts';
import type {DaysHeat, FunctionHeat} from './heat.ts';

/** Characters of an hour. */
const HOUR_WIDTH = 2;
/** Names of functions are cut to this. */
const NAME_WIDTH = 20;
const WIDEST = 120;

/** When calls come, as shades: hours of the days where there are several, and the busiest functions over time. */
export function heatText(report: DescribeReport): string {
  const {days, functions} = report.heat;
  const parts = [
    ...(days === null ? [] : [daysText(days)]),
    ...(functions.rows.length === 0 ? [] : [rowsText(report)]),
  ];
  const text = parts.join('\n');
  return terminal.markdown && text !== '' ? `\`\`\`\n${text}\`\`\`\n` : text;
}

function daysText({rows, utc, by}: DaysHeat): string {
  const all = rows.flatMap(({calls}) => calls.filter((count) => count !== null));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const width = Math.max(...rows.map(({day}) => day.length));
  const hours = ['00', '06', '12', '18']
    .map((hour) => hour.padEnd(6 * HOUR_WIDTH))
    .join('')
    .trimEnd();
  const lines = rows.map(({day, calls}) => `${day.padEnd(width)}  ${shades(calls, least, most, HOUR_WIDTH)}`.trimEnd());
  const mean = by === 'weekday' ? 'mean calls' : 'calls';
  return [
    `Calls by hour of the ${utc ? 'day, UTC' : 'day, from the beginning of the trace'}: ${formatCount(least)} ░ to ${formatCount(most)} █ ${mean} an hour`,
    `${' '.repeat(width)}  ${hours}`,
    ...lines,
    '',
  ].join('\n');
}

function rowsText({heat: {functions}, startTime, spanMs}: DescribeReport): string {
  const {everyMs, rows} = functions;
  const names = namesOf(rows);
  const width = Math.max(...names.map((name) => [...name].length));
  const room = Math.max(20, Math.min(WIDEST, terminal.width - width - 2));
  const lines = rows.map(({calls}, k) => {
    const steps = narrowed(calls, room);
    return `${names[k]!}${' '.repeat(width - [...names[k]!].length)}  ${shades(steps, 0, Math.max(...steps))}`.trimEnd();
  });
  const [from, until] = [0, spanMs].map((ms) => clockText(startTime, ms, spanMs));
  const step = formatTimeUs(everyMs * US_PER_MS);
  return [
    `Busiest functions over time, ${from} to ${until}: each from no call to its most in ${step} █`,
    ...lines,
    '',
  ].join('\n');
}

/** Beginnings of names, as long as they must be to differ. */
function namesOf(rows: readonly FunctionHeat[]): string[] {
  const whole = rows.map(({function: name}) => printable(name));
  for (let length = 8; length < NAME_WIDTH; length++) {
    const cut = whole.map((name) => cutTo(name, length));
    if (new Set(cut).size === new Set(whole).size) return cut;
  }
  return whole.map((name) => cutTo(name, NAME_WIDTH));
}

function cutTo(name: string, length: number): string {
  const letters = [...name];
  return letters.length <= length ? name : `${letters.slice(0, length - 1).join('')}…`;
}
