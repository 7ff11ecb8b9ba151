import {usageError} from './errors.ts';

export const US_PER_MS = 1000;
export const US_PER_SECOND = 1_000_000;
export const US_PER_MINUTE = 60 * US_PER_SECOND;
export const US_PER_HOUR = 60 * US_PER_MINUTE;
export const US_PER_DAY = 24 * US_PER_HOUR;

const timeUnits: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: US_PER_MS,
  s: US_PER_SECOND,
  m: US_PER_MINUTE,
  min: US_PER_MINUTE,
  h: US_PER_HOUR,
  d: US_PER_DAY,
  w: 7 * US_PER_DAY,
};

const sizeUnits: Readonly<Record<string, number>> = {
  B: 1 / (1024 * 1024),
  KiB: 1 / 1024,
  MiB: 1,
  GiB: 1024,
  TiB: 1024 * 1024,
  kB: 1e3 / (1024 * 1024),
  KB: 1e3 / (1024 * 1024),
  MB: 1e6 / (1024 * 1024),
  GB: 1e9 / (1024 * 1024),
  TB: 1e12 / (1024 * 1024),
};

const number = String.raw`\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?`;

/**
 * A time such as `10m`, `500ms`, `1h30m` or `0`, in microseconds; fractions are rounded to a whole one.
 * `forever` and `inf` are Infinity. A plain number other than 0 is refused: its unit would be a guess.
 */
export function parseTimeUs(text: string, what: string): number {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  if (/^(forever|inf|infinity)$/i.test(trimmed)) return Number.POSITIVE_INFINITY;
  return Math.round(parseUnits(trimmed, what, timeUnits, 'a time with a unit, such as 500ms, 10m or 1h30m'));
}

/** A size such as `64GiB` or `512MB` (decimal), in MiB. A plain number other than 0 is refused. */
export function parseSizeMib(text: string, what: string): number {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  return parseUnits(trimmed, what, sizeUnits, 'a size with a unit, such as 512MiB or 64GiB');
}

/** A decimal number, an exponent and spaces around it allowed; NaN for anything else, such as nothing or `0x10`. */
export function parseNumber(text: string): number {
  return /^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
}

/** `.8`, `0.8` or `80%`; NaN for what is no number. */
export function parseShare(text: string): number {
  const percent = /^(.*)%$/.exec(text.trim());
  return percent ? parseNumber(percent[1]!) / 100 : parseNumber(text);
}

function parseUnits(text: string, what: string, units: Readonly<Record<string, number>>, rule: string): number {
  const part = new RegExp(`(${number})\\s*([a-zA-Zµ]+)`, 'y');
  let total = 0;
  for (let at = 0; at < text.length; at = part.lastIndex) {
    part.lastIndex = at;
    const match = part.exec(text);
    const unit = match && units[match[2]!];
    if (!match || !unit) throw usageError(`${what} is '${text}', must be ${rule}`);
    total += Number(match[1]) * unit;
  }
  if (text === '' || !Number.isFinite(total)) throw usageError(`${what} is '${text}', must be ${rule}`);
  return total;
}

/** A time in microseconds as people write it: `0 s`, `350 µs`, `1.5 s`, `8 h`, `2.5 d`. Infinity is `forever`. */
export function formatTimeUs(us: number): string {
  if (us === Number.POSITIVE_INFINITY) return 'forever';
  if (Number.isNaN(us)) return '-';
  const abs = Math.abs(us);
  if (abs >= US_PER_DAY) return `${trim(us / US_PER_DAY)} d`;
  if (abs >= US_PER_HOUR) return `${trim(us / US_PER_HOUR)} h`;
  if (abs >= US_PER_MINUTE) return `${trim(us / US_PER_MINUTE)} min`;
  if (abs >= US_PER_SECOND) return `${trim(us / US_PER_SECOND)} s`;
  if (abs >= US_PER_MS) return `${trim(us / US_PER_MS)} ms`;
  return abs === 0 ? '0 s' : `${trim(us)} µs`;
}

/** A time of whole microseconds as one would write it after a flag, exactly: `9h`, `1h30m`, `0`, `forever`. */
export function writtenTimeUs(us: number): string {
  if (us === Number.POSITIVE_INFINITY) return 'forever';
  let rest = us;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms', 'us']) {
    const count = Math.floor(rest / timeUnits[unit]!);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * timeUnits[unit]!;
  }
  return text || '0';
}

/** At most three significant digits after rounding, without trailing zeros; thousands kept whole. */
function trim(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** `1234567.8` as `1,234,568`. */
export function formatCount(value: number): string {
  const whole = Math.round(value);
  // Not by Intl where digits will do: every short command would wait for it to load.
  return Number.isSafeInteger(whole) ? String(whole).replace(/\B(?=(\d{3})+$)/g, ',') : whole.toLocaleString('en-US');
}
