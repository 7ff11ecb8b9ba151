import {inputError} from '../base/errors.ts';
import {csvLine} from '../base/text.ts';
import {minuteSeriesOf} from '../demand/calls/minute-series.ts';
import {checkOutput, type OutputSink, writeOutput} from '../files/output.ts';
import {type ColumnValues, ParquetTableWriter, type TableColumnKind} from '../files/parquet-writer.ts';
import {
  type DatasetOptions,
  type DatasetRows,
  inputColumns,
  makeDataset,
  splitMinute,
  targetColumns,
} from '../forecast/dataset/dataset.ts';
import type {DatasetReport} from '../forecast/dataset/dataset-report.ts';
import type {Workload} from '../workload/workload.ts';
import type {Listener} from './listener.ts';
import {type DemandRequest, readDemand} from './scaling/read-demand.ts';

/** What `coldfront features` was asked to do. */
export interface FeaturesRequest extends DatasetOptions, DemandRequest {
  /** Table to write: CSV where its name ends so, else Parquet. */
  readonly out: string;
  readonly force: boolean;
}

/** Writes the rows that a model would be fed, with what came after each, and returns the report. */
export async function runFeatures(request: FeaturesRequest, listener: Listener): Promise<DatasetReport> {
  const {contract, force, out} = request;
  checkOutput(out, force);
  const workload = await readDemand(request, listener);
  const series = minuteSeriesOf(workload);
  const inputs = inputColumns(contract);
  const targets = request.targets ? targetColumns(contract) : [];
  const columns: TableColumnKind[] = [
    {name: 'function', kind: 'text'},
    {name: 'app', kind: 'text'},
    {name: 'at_minute', kind: 'int32'},
    {name: 'split', kind: 'text'},
    ...inputs.map((name) => ({name, kind: 'float' as const})),
    ...targets.map((name) => ({name, kind: 'double' as const})),
  ];
  let rows = 0;
  let trainRows = 0;
  writeOutput(out, force, (sink) => {
    const table = /\.csv$/i.test(out) ? new CsvTable(columns, sink) : new ParquetTableWriter(columns, sink);
    rows = makeDataset(series, request, (group) => {
      for (let i = 0; i < group.count; i++) trainRows += group.train[i]!;
      table.write(valuesOf(workload, group));
      listener.status?.(`function ${group.functionOf.at(-1)! + 1} of ${workload.functions}`);
    });
    if (rows === 0) throw inputError(request.path, 'has no minute after a first call with a whole horizon ahead of it');
    table.finish();
  });
  listener.status?.(undefined);
  return {
    schema: 'coldfront.features/1',
    out,
    functions: workload.functions,
    rows,
    trainRows,
    splitMinute: splitMinute(series.span, request.trainShare),
    inputs,
    targets,
    input: contract.input,
  };
}

function valuesOf({app, name}: Workload, {functionOf, inputs, minute, targets, train}: DatasetRows): ColumnValues[] {
  return [
    Array.from(functionOf, (f) => name.at(f)),
    Array.from(functionOf, (f) => app.values[app.id[f]!]!),
    minute,
    Array.from(train, (one) => (one === 1 ? 'train' : 'test')),
    ...inputs,
    ...targets,
  ];
}

/** The same table as text. */
class CsvTable {
  private readonly sink: OutputSink;

  constructor(columns: readonly TableColumnKind[], sink: OutputSink) {
    this.sink = sink;
    sink.write(csvLine(columns.map(({name}) => name)));
  }

  write(values: readonly ColumnValues[]): void {
    const rows = values[0]!.length;
    const lines: string[] = [];
    for (let row = 0; row < rows; row++) lines.push(csvLine(values.map((column) => column[row]!)));
    this.sink.write(lines.join(''));
  }

  finish(): void {}
}
