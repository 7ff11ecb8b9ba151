import {BATCH_ROWS, type ForecastColumns, type Forecaster, forecastColumns} from '../forecaster.ts';
import type {CallHistory} from '../history.ts';
import type {BaselineForecast} from './baseline.ts';
import {CountDistribution} from './distribution.ts';
import {baselines} from './registry.ts';

/** A baseline in the shape of any forecaster. */
export class BaselineForecaster implements Forecaster {
  readonly name: string;
  readonly horizons: readonly number[];
  readonly quantiles: readonly number[];
  private readonly forecast: BaselineForecast;
  private readonly columns: ForecastColumns;
  private readonly cell: CountDistribution;
  private rows = 0;

  /** A usage error where `name` is no baseline. */
  constructor(name: string, horizons: readonly number[], quantiles: readonly number[]) {
    this.name = name;
    this.horizons = horizons;
    this.quantiles = quantiles;
    this.forecast = baselines.named(name).create();
    this.columns = forecastColumns(this, BATCH_ROWS);
    this.cell = new CountDistribution(quantiles);
  }

  add(history: CallHistory): void {
    this.writeRow(history, this.columns, this.rows++);
  }

  async flush(): Promise<ForecastColumns> {
    this.rows = 0;
    return this.columns;
  }

  /** Writes the forecast of the row that `history` stands at into row `row` of columns of the same shape. */
  writeRow(history: CallHistory, columns: ForecastColumns, row: number): void {
    const {cell, horizons, quantiles} = this;
    for (let h = 0; h < horizons.length; h++) {
      this.forecast(history, horizons[h]!, cell);
      const at = row * horizons.length + h;
      columns.active[at] = cell.active;
      columns.mean[at] = cell.mean;
      columns.jittered.set(cell.jittered, at * quantiles.length);
    }
  }
}
