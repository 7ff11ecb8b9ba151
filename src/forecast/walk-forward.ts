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
}

/** Receives a batch of forecasts: row i of `columns` belongs to `seriesOf[i]` at `minuteOf[i]`. */
export type WalkVisitor = (
  columns: ForecastColumns,
  rows: {readonly count: number; readonly seriesOf: Uint32Array; readonly minuteOf: Uint32Array},
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
  let count = 0;
  for (let f = 0; f < series.rows; f++) {
    history.load(series, f);
    const first = range.uncalled ? -1 : history.firstMinute();
    for (let minute = range.from; minute < range.until; minute += range.every) {
      if (minute <= first) continue;
      history.seek(minute);
      forecaster.add(history);
      seriesOf[count] = f;
      minuteOf[count++] = minute;
      if (count < batchRows) continue;
      visit(await forecaster.flush(), {count, seriesOf, minuteOf});
      count = 0;
    }
  }
  if (count > 0) visit(await forecaster.flush(), {count, seriesOf, minuteOf});
}
