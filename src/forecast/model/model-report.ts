import {type TableColumn, textTable} from '../../base/table.ts';
import {printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MINUTE} from '../../base/units.ts';
import type {TensorInfo} from '../onnx/inspect.ts';
import {segmentNames} from '../segments.ts';
import type {ModelContract} from './contract.ts';
import type {ModelFile} from './load-model.ts';

/** What `coldfront model --json` prints. */
export interface ModelReport {
  readonly schema: 'coldfront.model-report/1';
  readonly path: string;
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
  readonly contract: ModelContract;
}

export function modelReport({bytes, contract, contractFrom, info, path}: ModelFile): ModelReport {
  const {inputs, irVersion, operators, opsets, outputs, parameters, producer} = info;
  return {
    schema: 'coldfront.model-report/1',
    path,
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

/** The contract for people, a line a term. */
export function modelText(report: ModelReport): string {
  const {contract} = report;
  const tensor = ({name, shape}: TensorInfo) => `${name}[${shape.join(', ')}]`;
  const opsets = Object.entries(report.opsets).map(([domain, version]) => `${domain} ${version}`);
  const champions = (contract.champions ?? []).map((name, segment) => `${segmentNames[segment]!} ${name}`);
  const terms: [string, string][] = [
    ['file', `${report.path}, ${formatCount(report.bytes)} bytes`],
    ['made by', `${report.producer || 'unknown'}, opset ${opsets.join(', ')}`],
    ['network', `${formatCount(report.parameters)} parameters: ${report.operators.join(' ')}`],
    ['input', report.inputs.map(tensor).join(', ')],
    ['outputs', report.outputs.map(tensor).join(', ')],
    ['contract', `in ${report.contractFrom}`],
    ['features', `${contract.features.length}, version ${contract.featureVersion}: ${contract.features.join(' ')}`],
    ['context', contract.contextMinutes === undefined ? '-' : formatTimeUs(contract.contextMinutes * US_PER_MINUTE)],
    ['windows', contract.horizonMinutes.map((minutes) => formatTimeUs(minutes * US_PER_MINUTE)).join(', ')],
    ['quantiles', contract.quantiles.join(', ')],
    ['scaling', contract.scaling === 'graph' ? 'in the model' : 'in the contract'],
    ['calibration', contract.conformal ? 'conformal offsets by segment' : 'none'],
    ['forecasts by', champions.join(', ') || 'the model'],
    ...Object.entries(contract.training ?? {}).map(([key, value]): [string, string] => [key, plain(value)]),
  ];
  const columns: TableColumn[] = [
    {title: '', align: 'left'},
    {title: '', align: 'left'},
  ];
  const rows = terms.map(([term, value]) => [term, printable(value)]);
  return textTable(columns, rows).replace(/^.*\n/, '');
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
