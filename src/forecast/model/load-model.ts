import {existsSync} from 'node:fs';
import {inputError} from '../../base/errors.ts';
import type {OnnxInfo, TensorInfo} from '../onnx/inspect.ts';
import {type OnnxFile, onnxFile, readBytes} from '../onnx/onnx-file.ts';
import {refuseOperators} from '../onnx/operators.ts';
import {SHIPPED_MODEL} from '../shipped-model.ts';
import {STEP_CONTRACT_SCHEMA, stepContract} from '../steps/contract.ts';
import {folderOf, loadStepModel, type StepModel} from '../steps/load-step-model.ts';
import {CONTRACT_KEY, CONTRACT_SCHEMA, type ModelContract, parseContract} from './contract.ts';

/** A model of contract version 1, read, with a contract that fits this program; not yet opened for running. */
export interface ModelFile extends OnnxFile {
  readonly contract: ModelContract;
  /** Where the contract stands: in the model, or in a file beside it. */
  readonly contractFrom: string;
}

/** float32 in ONNX. */
const FLOAT = 1;

/**
 * Reads a model and its contract: from `contractPath` if given, else from the file's own metadata, else from
 * `<model>.contract.json`. `path` may also be a contract that says which files the model lies in. What does not fit is
 * bad input that names what is missing.
 */
export function readModel(path: string, contractPath?: string): ModelFile | StepModel {
  const bytes = readBytes(path, `name an .onnx file, ${SHIPPED_MODEL} or a baseline`);
  if (isText(bytes)) {
    const contract = asStepContract(contractJson(bytes, path), path);
    if (contract !== undefined) return loadStepModel(path, undefined, contract, path, folderOf(path));
    throw inputError(path, `is a contract of ${CONTRACT_SCHEMA}: name its model`);
  }
  const file = onnxFile(path, bytes);
  const {info} = file;
  const from = contractPath ?? contractFile(path, info);
  const place = from ?? path;
  const json = contractJson(from === undefined ? info.metadata[CONTRACT_KEY]! : readBytes(from), place);
  const steps = asStepContract(json, place);
  const contractFrom = from ?? 'the model';
  if (steps !== undefined) return loadStepModel(path, file, steps, contractFrom, folderOf(place));
  const contract = parseContract(json, place);
  refuseOperators(path, info);
  checkTensors(path, info, contract);
  return {...file, contract, contractFrom};
}

/** The same for those who need a model over coldfront's own features: one of contract version 1. */
export function loadModel(path: string, contractPath?: string): ModelFile {
  const model = readModel(path, contractPath);
  if (isOwn(model)) return model;
  const wanted = "this takes one over coldfront's own features, as coldfront train makes them";
  throw inputError(path, `is a model of contract ${STEP_CONTRACT_SCHEMA}; ${wanted}`);
}

/** Whether a model is of contract version 1. */
export function isOwn(model: ModelFile | StepModel): model is ModelFile {
  return model.contract.schema === CONTRACT_SCHEMA;
}

/** The contract file of a model, undefined where it carries its own; without either the model cannot be used. */
function contractFile(path: string, info: OnnxInfo): string | undefined {
  if (info.metadata[CONTRACT_KEY] !== undefined) return undefined;
  const places = [`${path}.contract.json`, `${path.replace(/\.onnx$/, '')}.contract.json`];
  const beside = places.find((place) => existsSync(place));
  if (beside !== undefined) return beside;
  throw inputError(
    path,
    `carries no contract (metadata '${CONTRACT_KEY}'), so its inputs and outputs are unknown`,
    `write one to ${places[0]}: coldfront model ${path} --suggest`,
    'or name such a file with --contract; README, "Models of your own"',
  );
}

/** No ONNX file begins with a brace. */
function isText(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > 32);
  return first === 0x7b;
}

function contractJson(contract: Uint8Array | string, place: string): unknown {
  try {
    return JSON.parse(typeof contract === 'string' ? contract : new TextDecoder().decode(contract));
  } catch (error) {
    throw inputError(place, `the contract is not JSON: ${(error as Error).message}`);
  }
}

/** The contract if it is of version 2. */
function asStepContract(json: unknown, place: string) {
  if ((json as {schema?: unknown} | null)?.schema !== STEP_CONTRACT_SCHEMA) return undefined;
  return stepContract(json, (message) =>
    inputError(place, `contract: ${message}`, 'a contract is described in README, "Models of your own"'),
  );
}
/** Holds the declared inputs and outputs against the contract. Free dimensions fit anything. */
function checkTensors(path: string, info: OnnxInfo, contract: ModelContract): void {
  const {features, horizonMinutes, input, outputs, quantiles} = contract;
  const strangers = info.inputs.filter(({name}) => name !== input);
  if (strangers.length === info.inputs.length) {
    const names = info.inputs.map(({name}) => name).join(', ');
    throw inputError(path, `has no input '${input}' as the contract says; it has: ${names || 'none'}`);
  }
  if (strangers.length > 0) throw inputError(path, `needs another input besides '${input}': '${strangers[0]!.name}'`);
  expectShape(path, 'input', info.inputs[0]!, features.length);
  const columns = {active: horizonMinutes.length, counts: horizonMinutes.length * quantiles.length};
  for (const kind of ['active', 'counts'] as const) {
    const name = outputs[kind];
    if (name === undefined) continue;
    const output = info.outputs.find((tensor) => tensor.name === name);
    if (output === undefined) {
      const names = info.outputs.map((tensor) => tensor.name).join(', ');
      throw inputError(path, `has no output '${name}' as the contract says; it has: ${names}`);
    }
    expectShape(path, 'output', output, columns[kind]);
  }
}

function expectShape(path: string, what: string, tensor: TensorInfo, columns: number): void {
  const {name, elementType, shape} = tensor;
  const [rows, ...rest] = shape;
  const fixed = rest.every((size) => typeof size === 'number');
  const width = fixed ? rest.reduce((product: number, size) => product * (size as number), 1) : columns;
  if (elementType !== FLOAT) throw inputError(path, `${what} '${name}' is not float32`);
  if (shape.length > 0 && typeof rows === 'number' && rows > 0) {
    throw inputError(path, `${what} '${name}' takes exactly ${rows} rows`, 'export it with a free first dimension');
  }
  if (width !== columns) {
    throw inputError(path, `${what} '${name}' has ${width} columns, the contract makes it ${columns}`);
  }
}
