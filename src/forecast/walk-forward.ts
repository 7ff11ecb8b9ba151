import type {MinuteSeries} from '../demand/calls/minute-series.ts';
import {BATCH_ROWS, type ForecastColumns, type Forecaster} from './forecaster.ts';
import {CallHistory} from './history.ts';

/** Which minutes to forecast: `from`, `from + every`, ... before `until`, each from what came before it. */
export interface WalkRange {
  readonly from: number;
  readonly until: number;
  readonly every: number;
  /** Minutes up to a series' first call as well; the forecaster must forecast them. */
  readonly uncalled?: boolean | undefined;
  /** Whether the minute at which the history stands is worth a forecast of its own; else the last one stands. */
  readonly isNews?: ((history: CallHistory) => boolean) | undefined;
}

/** Receives a batch of forecasts: row i of `columns` belongs to `seriesOf[i]` from `minuteOf[i]` on, before `untilOf[i]`. */
export type WalkVisitor = (
  columns: ForecastColumns,
  rows: {
    readonly count: number;
    readonly seriesOf: Uint32Array;
    readonly minuteOf: Uint32Array;
    readonly untilOf: Uint32Array;
  },
) => void;

/**
 * Forecasts minute by minute from the past only, in batches. Minutes up to and including a series' first call are
 * left out: a function that was never called has no history, and its forecast is "no call".
 */
export async function walkForward(
  series: MinuteSeries,
  forecaster: Forecaster,
  range: WalkRange,
  visit: WalkVisitor,
): Promise<void> {
  const history = new CallHistory(series.span, series.clock);
  const batchRows = forecaster.batchRows ?? BATCH_ROWS;
  const seriesOf = new Uint32Array(batchRows);
  const minuteOf = new Uint32Array(batchRows);
  const untilOf = new Uint32Array(batchRows);
  const {every, from, isNews, uncalled, until} = range;
  let count = 0;
  for (let f = 0; f < series.rows; f++) {
    history.load(series, f);
    const first = uncalled ? -1 : history.firstMinute();
    let isFirst = true;
    for (let minute = from; minute < until; minute += every) {
      if (minute <= first) continue;
      history.seek(minute);
      if (isNews?.(history) === false && !isFirst) {
        untilOf[count - 1] = minute + every;
        continue;
      }
      isFirst = false;
      if (count === batchRows) {
        visit(await forecaster.flush(), {count, seriesOf, minuteOf, untilOf});
        count = 0;
      }
      forecaster.add(history);
      seriesOf[count] = f;
      minuteOf[count] = minute;
      untilOf[count++] = minute + every;
    }
  }
  if (count > 0) visit(await forecaster.flush(), {count, seriesOf, minuteOf, untilOf});
}
