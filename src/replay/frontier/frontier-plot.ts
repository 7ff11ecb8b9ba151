import {formatShare, formatUsd} from '../../base/format.ts';
import {aSpan, inSpan, money} from '../../base/money.ts';
import {scatter} from '../../base/scatter.ts';
import {terminal} from '../../base/terminal.ts';
import type {FrontierReport, FrontierRow} from './frontier-report.ts';

/** Wider is no easier to read. */
const WIDEST = 100;
const HEIGHT = 16;
const marks = {published: 'o', ours: '*', bound: '^'} as const;

/** The sweep as a picture of letters: dollars against cold share, names where there is room, those on the front first. */
export function frontierPlot({rows, advice, baseline}: FrontierReport): string {
  const shown = rows.filter(({usdPerDay, coldShare}) => usdPerDay > 0 && coldShare !== null);
  if (shown.length < 2) return '';
  const last = (row: FrontierRow): number => {
    if (row.policy === advice) return 0;
    if (row.dominatedCostCold === false) return 1;
    return row.kind === 'bound' || row.policy === baseline ? 2 : 3;
  };
  const points = shown
    .toSorted((a, b) => last(a) - last(b))
    .map((row) => ({
      x: inSpan(row.usdPerDay),
      y: row.coldShare!,
      mark: row.policy === advice ? '@' : marks[row.kind],
      name: row.policy,
      near: last(row) === 3,
    }));
  const picture = scatter(
    points,
    {x: {title: `${money.sign} ${aSpan()}`, shown: formatUsd}, y: {title: 'cold share', shown: formatShare}},
    {width: Math.min(WIDEST, terminal.width), height: HEIGHT},
  );
  return `${picture}@ ${advice ?? 'none'}, * ours, o published, ^ knows the future; both axes logarithmic.\n`;
}
