import {formatNumber} from '../base/format.ts';
import {formatCount, formatTimeUs, US_PER_SECOND} from '../base/units.ts';

/** How far a piece of work has come. */
export interface WorkDone {
  /** What is being done: `replaying`. */
  readonly doing: string;
  readonly done: number;
  /** 0: nobody knows how much there is. */
  readonly total: number;
  readonly unit: string;
  /** Parts of the same size that follow each other, such as policies; 0 or 1: it is one. */
  readonly parts: number;
  /** What a part is called: `policy`. */
  readonly part: string;
  readonly seconds: number;
}

/** What is foreseen: amount a second, and seconds that are left; null while too little is done to tell. */
export function paceOf({done, total, seconds}: WorkDone): {perSecond: number | null; etaSeconds: number | null} {
  if (done <= 0 || seconds <= 0) return {perSecond: null, etaSeconds: null};
  const perSecond = done / seconds;
  return {perSecond, etaSeconds: total > 0 ? Math.max(0, total - done) / perSecond : null};
}

const BAR = 20;

/** One line, no longer than `columns`: what is being done, a bar, how much, how fast, and for how long still. */
export function progressLine(work: WorkDone, columns: number): string {
  const {doing, done, total, unit, parts, part, seconds} = work;
  if (total === 0) return `${doing}, ${formatTimeUs(Math.round(seconds) * US_PER_SECOND)}`.slice(0, columns - 1);
  const share = Math.min(1, done / total);
  const {perSecond, etaSeconds} = paceOf(work);
  const now = Math.min(parts, Math.floor(share * parts) + 1);
  const which = parts > 1 ? `, ${part} ${now} of ${parts}` : '';
  const filled = Math.round(share * BAR);
  const pieces = [
    `${doing}${which} ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${Math.floor(share * 100)} %`,
    `${shortCount(done)} ${unit}`,
    ...(perSecond === null ? [] : [`${shortCount(perSecond)}/s`]),
    ...(etaSeconds === null ? [] : [`${formatTimeUs(Math.ceil(etaSeconds) * US_PER_SECOND)} left`]),
  ];
  // What is said last matters least.
  while (pieces.length > 1 && pieces.join('  ').length >= columns) pieces.splice(1, 1);
  return pieces.join('  ').slice(0, Math.max(0, columns - 1));
}

function shortCount(value: number): string {
  if (value >= 1e6) return `${formatNumber(value / 1e6)} M`;
  return value >= 1e4 ? `${formatNumber(value / 1e3)} k` : formatCount(value);
}

/** The same for programs: one line of JSON. */
export function progressJson(work: WorkDone): string {
  const {doing, done, total, unit, seconds} = work;
  const known = total > 0 ? {done, total, unit} : {done: null, total: null, unit: null};
  return JSON.stringify({
    schema: 'coldfront.progress/1',
    doing,
    ...known,
    ...paceOf(work),
    seconds: Math.round(seconds * 1000) / 1000,
  });
}
