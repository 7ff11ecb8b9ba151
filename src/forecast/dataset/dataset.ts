import {mix32, mixKeys, unit} from '../../base/random.ts';
import type {MinuteSeries} from '../../demand/calls/minute-series.ts';
import {CallHistory} from '../history.ts';
import {type StepContract, stepMinutesOf} from '../steps/contract.ts';
import {inputShapes, inputWriter} from '../steps/inputs.ts';
import {RowTensor} from '../steps/tensors.ts';

/** Rows gathered before they are handed on. */
const GROUP_ROWS = 32_768;

/** Which rows a table holds. */
export interface DatasetOptions {
  /** The input that rows are made for, and how many steps ahead targets lie. */
  readonly contract: StepContract;
  /** Whether calls of the steps ahead are told. */
  readonly targets: boolean;
  /** About how many rows at most: they are drawn by chance from all function-minutes. */
  readonly rows: number;
  /** Share of the span, from its beginning, that is to be trained on. */
  readonly trainShare: number;
  readonly seed: number;
}

/** Some rows. Parts that say which, what goes in, and what came. */
export interface DatasetRows {
  readonly count: number;
  /** Row of the workload. */
  readonly functionOf: Int32Array;
  readonly minute: Int32Array;
  /** 1 for rows to train on: every step ahead lies before the split. */
  readonly train: Uint8Array;
  /** A column after the other. [column][row] */
  readonly inputs: readonly Float32Array[];
  /** Calls of each step ahead. [step][row] */
  readonly targets: readonly Float64Array[];
}

/** Names of the input's columns, in the order in which a model takes them: of a series oldest first. */
export function inputColumns({input}: StepContract): string[] {
  if (input.kind === 'series') return Array.from({length: input.window}, (_, t) => `lag_${input.window - t}`);
  if (input.kind === 'lags') return [...input.lags.map((lag) => `lag_${lag}`), ...(input.calendar ?? [])];
  return [...input.features];
}

/** Names of the targets' columns: calls of the first, second, ... step ahead. */
export function targetColumns({horizonSteps}: StepContract): string[] {
  return Array.from({length: horizonSteps}, (_, step) => `y_${step + 1}`);
}

/** First minute that is not trained on. */
export function splitMinute(span: number, trainShare: number): number {
  return Math.floor(span * trainShare);
}

/**
 * Makes the rows that a model with that contract would be fed, and hands them on in groups, functions in order and
 * minutes in order within each. A function has rows from the minute after its first call on; with targets, up to where the
 * last step ahead ends with the trace. Rows whose steps ahead lie on both sides of the split are left out. What is
 * handed on is overwritten by the next group.
 */
export function makeDataset(series: MinuteSeries, options: DatasetOptions, take: (rows: DatasetRows) => void): number {
  const {contract, seed} = options;
  const table = new Table(contract, options.targets);
  const history = new CallHistory(series.span, series.clock);
  const ahead = contract.horizonSteps * stepMinutesOf(contract);
  const split = splitMinute(series.span, options.trainShare);
  const until = options.targets ? series.span - ahead : series.span;
  const chance = options.rows / Math.max(1, possibleRows(series, until));
  let made = 0;
  for (let f = 0; f < series.rows; f++) {
    if (series.length[f] === 0) continue;
    history.load(series, f);
    for (let minute = history.firstMinute() + 1; minute <= until; minute++) {
      if (minute < split && minute + ahead > split) continue;
      if (chance < 1 && unit(mix32(mixKeys(mixKeys(seed, f), minute))) >= chance) continue;
      history.seek(minute);
      table.add(history, f, minute < split);
      made++;
      if (table.full) take(table.take());
    }
  }
  if (table.count > 0) take(table.take());
  return made;
}

function possibleRows(series: MinuteSeries, until: number): number {
  let rows = 0;
  for (let f = 0; f < series.rows; f++) {
    if (series.length[f]! > 0) rows += Math.max(0, until - series.minute[series.start[f]!]!);
  }
  return rows;
}

/** Gathers rows as a model's input tensor and turns them into columns. */
class Table {
  count = 0;
  private readonly tensor: RowTensor;
  private readonly writer: ReturnType<typeof inputWriter>;
  private readonly columns: number;
  private readonly stepMinutes: number;
  private readonly functionOf = new Int32Array(GROUP_ROWS);
  private readonly minute = new Int32Array(GROUP_ROWS);
  private readonly train = new Uint8Array(GROUP_ROWS);
  private readonly targets: readonly Float64Array[];

  constructor(contract: StepContract, targets: boolean) {
    const [shape] = inputShapes(contract);
    this.tensor = new RowTensor(shape!.name, 'float32', shape!.axes, shape!.extents, GROUP_ROWS);
    this.writer = inputWriter(contract, [this.tensor]);
    this.columns = inputColumns(contract).length;
    this.stepMinutes = stepMinutesOf(contract);
    const steps = targets ? contract.horizonSteps : 0;
    this.targets = Array.from({length: steps}, () => new Float64Array(GROUP_ROWS));
  }

  get full(): boolean {
    return this.count === GROUP_ROWS;
  }

  add(history: CallHistory, f: number, train: boolean): void {
    const row = this.count++;
    this.writer.write(history, row);
    this.functionOf[row] = f;
    this.minute[row] = history.now;
    this.train[row] = train ? 1 : 0;
    const {stepMinutes, targets} = this;
    for (let step = 0; step < targets.length; step++) {
      const from = history.now + step * stepMinutes;
      targets[step]![row] = history.callsBetween(from, from + stepMinutes);
    }
  }

  take(): DatasetRows {
    const {columns, count} = this;
    const data = this.tensor.feed(count, false).data as Float32Array;
    const inputs = Array.from({length: columns}, (_, c) =>
      Float32Array.from({length: count}, (_, row) => data[row * columns + c]!),
    );
    const rows = {
      count,
      functionOf: this.functionOf.subarray(0, count),
      minute: this.minute.subarray(0, count),
      train: this.train.subarray(0, count),
      inputs,
      targets: this.targets.map((target) => target.subarray(0, count)),
    };
    this.count = 0;
    return rows;
  }
}
