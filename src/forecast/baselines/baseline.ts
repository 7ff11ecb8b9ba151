import type {Entry} from '../../base/part.ts';
import type {CallHistory} from '../history.ts';
import type {CountDistribution} from './distribution.ts';

/** A forecast that needs no training: one line in the registry. */
export interface Baseline extends Entry {
  /** It repeats what was so long ago, minutes: with less of a trace it is another baseline. Undefined: it needs no season. */
  readonly seasonMinutes?: number;
  /** A new forecaster of windows; some keep a fit from call to call. */
  create(): BaselineForecast;
}

/** Writes what the baseline says of calls in [history.now, history.now + horizon). Reads the past only. */
export type BaselineForecast = (history: CallHistory, horizon: number, out: CountDistribution) => void;
