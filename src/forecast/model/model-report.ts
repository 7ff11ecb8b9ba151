import type {Printed, ReportTable} from '../../base/report-table.ts';
import {type TableColumn, textTable} from '../../base/table.ts';
import {printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MINUTE} from '../../base/units.ts';
import type {TensorInfo} from '../onnx/inspect.ts';
import {segmentNames} from '../segments.ts';
import {levelsOf, type StepContract, stepMinutesOf} from '../steps/contract.ts';
import type {StepModel} from '../steps/load-step-model.ts';
import {windowsOf} from '../steps/step-forecaster.ts';
import {CONTRACT_SCHEMA, type ModelContract} from './contract.ts';
import {isOwn, type ModelFile} from './load-model.ts';

/** What `coldfront model --json` prints. */
export interface ModelReport {
  readonly schema: 'coldfront.model-report/1';
  /** The file, or the first of those that the contract names; the rest says what is in it. */
  readonly path: string;
  /** All of them. */
  readonly files: readonly string[];
  readonly bytes: number;
  readonly producer: string;
  readonly irVersion: number;
  readonly opsets: Readonly<Record<string, number>>;
  readonly operators: readonly string[];
  readonly parameters: number;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** The model, or the file beside it. */
  readonly contractFrom: string;
  readonly contract: ModelContract | StepContract;
}

export function modelReport(model: ModelFile | StepModel): ModelReport {
  const {contract, contractFrom} = model;
  const files = isOwn(model) ? [model] : model.files;
  const {bytes, info, path} = files[0]!;
  const {inputs, irVersion, operators, opsets, outputs, parameters, producer} = info;
  return {
    schema: 'coldfront.model-report/1',
    path,
    files: files.map((file) => file.path),
    bytes: bytes.length,
    producer,
    irVersion,
    opsets,
    operators,
    parameters,
    inputs,
    outputs,
    contractFrom,
    contract,
  };
}

function termsOf(report: ModelReport): Term[] {
  const {contract} = report;
  const tensor = ({name, shape}: TensorInfo) => `${name}[${shape.join(', ')}]`;
  const opsets = Object.entries(report.opsets).map(([domain, version]) => `${domain} ${version}`);
  return [
    ['file', `${report.files.join(', ')}, ${formatCount(report.bytes)} bytes`],
    ['made by', `${report.producer || 'unknown'}, opset ${opsets.join(', ')}`],
    ['network', `${formatCount(report.parameters)} parameters: ${report.operators.join(' ')}`],
    ['input', report.inputs.map(tensor).join(', ')],
    ['outputs', report.outputs.map(tensor).join(', ')],
    ['contract', `in ${report.contractFrom}`],
    ...(contract.schema === CONTRACT_SCHEMA ? ownTerms(contract) : stepTerms(contract)),
    ...Object.entries(contract.training ?? {}).map(([key, value]): Term => [key, plain(value)]),
  ];
}

/** The contract for people, a line a term. */
export function modelText(report: ModelReport): string {
  const columns: TableColumn[] = [
    {title: '', align: 'left'},
    {title: '', align: 'left'},
  ];
  const rows = termsOf(report).map(([term, value]) => [term, printable(value)]);
  return textTable(columns, rows).replace(/^.*\n/, '');
}

interface TermRow {
  readonly term: string;
  readonly value: string;
}

function termsTable(report: ModelReport): ReportTable<TermRow> {
  return {
    name: 'terms',
    rows: termsOf(report).map(([term, value]) => ({term, value})),
    columns: [
      {name: 'term', title: 'term', align: 'left', cell: ({term}) => term},
      {name: 'value', title: 'value', align: 'left', cell: ({value}) => printable(value)},
    ],
  };
}

export const modelPrinted: Printed<ModelReport> = {text: modelText, tables: (report) => [termsTable(report)]};

type Term = [term: string, value: string];

function ownTerms(contract: ModelContract): Term[] {
  const champions = (contract.champions ?? []).map((name, segment) => `${segmentNames[segment]!} ${name}`);
  return [
    ['features', `${contract.features.length}, version ${contract.featureVersion}: ${contract.features.join(' ')}`],
    ['context', contract.contextMinutes === undefined ? '-' : formatTimeUs(contract.contextMinutes * US_PER_MINUTE)],
    ['windows', windows(contract.horizonMinutes)],
    ['quantiles', contract.quantiles.join(', ')],
    ['scaling', contract.scaling === 'graph' ? 'in the model' : 'in the contract'],
    ['calibration', contract.conformal ? 'conformal offsets by segment' : 'none'],
    ['forecasts by', champions.join(', ') || 'the model'],
  ];
}

function stepTerms(contract: StepContract): Term[] {
  const {horizonSteps, input, outputs} = contract;
  const step = formatTimeUs(stepMinutesOf(contract) * US_PER_MINUTE);
  const fed = {
    series: () => (input.kind === 'series' ? `the last ${input.window} steps of ${step}` : ''),
    lags: () => (input.kind === 'lags' ? `lags ${input.lags.join(', ')} of ${step}` : ''),
    features: () => (input.kind === 'features' ? `${input.features.length} features of coldfront` : ''),
  }[input.kind]();
  const levels = levelsOf(contract);
  return [
    ['fed', fed],
    ['steps', `${horizonSteps} of ${step}`],
    ['windows', windows(windowsOf(contract))],
    [
      'tells',
      Object.keys(outputs)
        .filter((key) => key !== 'transform')
        .join(', '),
    ],
    ['quantiles', levels.join(', ') || 'of the distribution fitted to what it tells'],
  ];
}

const windows = (minutes: readonly number[]) => minutes.map((one) => formatTimeUs(one * US_PER_MINUTE)).join(', ');

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
