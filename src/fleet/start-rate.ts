import {usageError} from '../base/errors.ts';
import {oneOf, wholeAtLeast} from '../base/parameters.ts';
import {parseValues} from '../base/part.ts';
import {parseNumber, parseTimeUs, US_PER_SECOND} from '../base/units.ts';

/** How often instances may start: a bucket of tokens, full at first and refilled continuously. */
export interface StartRate {
  /** In the long run. */
  readonly perSecond: number;
  /** At once after a long rest, at least 1. */
  readonly burst: number;
  /** Every function has that rate and that burst for itself. */
  readonly perFunction: boolean;
}

const parameters = {
  burst: wholeAtLeast(1, 'Starts at once after a long rest.', {default: '1'}),
  per: oneOf(['fleet', 'function'], 'What has the rate.', {default: 'fleet'}),
} as const;

const callBurst = wholeAtLeast(1, 'Calls at once after a long rest.', {default: '1'});

/** `1000/10s:burst=1000,per=function`, or `5` for `5/1s`. */
export function readStartRate(text: string, what: string): StartRate {
  const colon = text.indexOf(':');
  const perSecond = readRate(colon < 0 ? text : text.slice(0, colon));
  if (perSecond === undefined) {
    throw usageError(
      `${what} is '${text}', must be starts a time above 0, such as 5, 1000/10s or 1000/10s:burst=1000,per=function`,
    );
  }
  const given = colon < 0 ? '' : text.slice(colon + 1);
  const {burst, per} = parseValues(given, parameters, {name: what, what, said: `${what} is '${text}'`});
  return {perSecond, burst, perFunction: per === 'function'};
}

/** `10/s:burst=10`, or `5` for `5/1s`: calls that an instance begins. */
export function readPace(text: string, what: string): Pick<StartRate, 'perSecond' | 'burst'> {
  const colon = text.indexOf(':');
  const perSecond = readRate(colon < 0 ? text : text.slice(0, colon));
  if (perSecond === undefined) {
    throw usageError(`${what} is '${text}', must be calls a time above 0, such as 5, 10/s or 10/s:burst=10`);
  }
  const given = colon < 0 ? '' : text.slice(colon + 1);
  const {burst} = parseValues(given, {burst: callBurst}, {name: what, what, said: `${what} is '${text}'`});
  return {perSecond, burst};
}

/** `1000/10s`, or `5` for `5/1s`, a second; undefined: it is neither. */
export function readRate(text: string): number | undefined {
  const [count, time, ...rest] = text.split('/');
  if (rest.length > 0 || (time !== undefined && !/^\d*(?:\.\d*)?[a-zµ]+$/.test(time))) return undefined;
  const timeUs =
    time === undefined ? US_PER_SECOND : parseTimeUs(/^[a-zµ]/.test(time) ? `1${time}` : time, '--start-rate');
  const perSecond = (parseNumber(count!) * US_PER_SECOND) / timeUs;
  return perSecond > 0 && Number.isFinite(perSecond) ? perSecond : undefined;
}
