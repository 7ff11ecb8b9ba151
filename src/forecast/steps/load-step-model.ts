import {dirname, join} from 'node:path';
import {inputError} from '../../base/errors.ts';
import type {OnnxInfo, TensorInfo} from '../onnx/inspect.ts';
import {type OnnxFile, onnxFile, readBytes} from '../onnx/onnx-file.ts';
import {refuseOperators} from '../onnx/operators.ts';
import type {ElementName} from '../onnx/session.ts';
import type {StepContract} from './contract.ts';
import {type InputShape, inputShapes} from './inputs.ts';
import {type Axis, dimensionsOf} from './layout.ts';
import {type OutputShape, outputShapes} from './outputs.ts';
import {elementNames} from './tensors.ts';

/** One ONNX file of a model, and what is taken from it. */
export interface StepModelFile extends OnnxFile {
  readonly outputs: readonly OutputShape[];
}

/** A model of contract version 2 whose files were read and fit the contract; not yet opened for running. */
export interface StepModel {
  /** The file that was named. */
  readonly path: string;
  readonly files: readonly StepModelFile[];
  readonly contract: StepContract;
  readonly contractFrom: string;
  readonly inputs: readonly (InputShape & {readonly type: ElementName})[];
  /** Rows that the model takes at a time; undefined: any number. */
  readonly batch: number | undefined;
}

/**
 * Joins a contract with the files it speaks of; what does not fit is bad input. `named` is the model that was named,
 * undefined where the contract was; `folder` is that of the contract.
 */
export function loadStepModel(
  place: string,
  named: OnnxFile | undefined,
  contract: StepContract,
  contractFrom: string,
  folder: string,
): StepModel {
  const shapes = outputShapes(contract);
  const names = [...new Set(shapes.map((shape) => shape.file))];
  const files = names.map((file): StepModelFile => {
    const outputs = shapes.filter((shape) => shape.file === file);
    if (file === undefined && named !== undefined) return {...named, outputs};
    const path = file === undefined ? fileBeside(place, contract, folder) : join(folder, file);
    return {...onnxFile(path, readBytes(path, `${contractFrom} names it`)), outputs};
  });
  const inputs = inputShapes(contract).map((input) => withSidesOf(files, input));
  for (const file of files) {
    refuseOperators(file.path, file.info);
    checkOutputs(file);
    checkNames(file, inputs);
  }
  const typed = inputs.map((input) => ({...input, type: typeOf(files, input)}));
  return {path: place, files, contract, contractFrom, inputs: typed, batch: batchOf(files, inputs, contract)};
}

/** Covariates of which no layout is told are along time, or once a row where the model takes two sides. */
function withSidesOf(files: readonly StepModelFile[], input: InputShape): InputShape {
  const sides = files[0]!.info.inputs.find(({name}) => name === input.name)?.shape.length;
  return input.open && sides === 2 ? {...input, axes: ['rows', 'channels']} : input;
}

/** The model of a contract that was named itself. */
function fileBeside(path: string, contract: StepContract, folder: string): string {
  if (contract.model !== undefined) return join(folder, contract.model);
  const stem = path.replace(/(\.contract)?\.json$/, '');
  if (stem === path) throw inputError(path, "is a contract and does not say of which model: add 'model'");
  return stem.endsWith('.onnx') ? stem : `${stem}.onnx`;
}

const listed = (tensors: readonly {name: string}[]) => tensors.map(({name}) => `'${name}'`).join(', ') || 'none';

function checkOutputs({info, outputs, path}: StepModelFile): void {
  for (const {name} of outputs) {
    if (info.outputs.some((output) => output.name === name)) continue;
    throw inputError(path, `has no output '${name}' as the contract says; it has ${listed(info.outputs)}`);
  }
}

function checkNames({info, path}: StepModelFile, inputs: readonly InputShape[]): void {
  const lacking = inputs.find(({name}) => !info.inputs.some((input) => input.name === name));
  if (lacking !== undefined) {
    throw inputError(path, `has no input '${lacking.name}' as the contract says; it has ${listed(info.inputs)}`);
  }
  const strangers = info.inputs.filter(({name}) => !inputs.some((input) => input.name === name));
  if (strangers.length > 0)
    throw inputError(path, `needs inputs that the contract does not name: ${listed(strangers)}`);
}

/** The element type of an input: the contract's and the files' must be one. */
function typeOf(files: readonly StepModelFile[], input: InputShape): ElementName {
  for (const {info, path} of files) {
    const declared = declaredOf(info, input);
    const type = elementNames[declared.elementType];
    if (type === undefined) {
      throw inputError(
        path,
        `input '${input.name}' is of a type that counts cannot be given in`,
        'use float32, float64 or int64',
      );
    }
    if (input.type !== undefined && input.type !== type) {
      throw inputError(path, `input '${input.name}' is ${type}, the contract says ${input.type}`);
    }
  }
  return elementNames[declaredOf(files[0]!.info, input).elementType]!;
}

function declaredOf(info: OnnxInfo, input: InputShape): TensorInfo {
  return info.inputs.find(({name}) => name === input.name)!;
}

/** Rows at a time, by the contract or the declared shapes, which must say the same wherever they say anything. */
function batchOf(
  files: readonly StepModelFile[],
  inputs: readonly InputShape[],
  contract: StepContract,
): number | undefined {
  let {batch} = contract.input;
  for (const {info, path} of files) {
    for (const input of inputs) {
      const rows = checkShape(path, declaredOf(info, input), input);
      if (rows === undefined) continue;
      if (batch !== undefined && batch !== rows) {
        throw inputError(path, `input '${input.name}' takes ${rows} rows at a time, the contract says ${batch}`);
      }
      batch = rows;
    }
  }
  return batch;
}

/** Holds a declared shape against the contract's; returns the rows it is fixed to. Free sides fit anything. */
function checkShape(path: string, {name, shape}: TensorInfo, {axes, extents}: InputShape): number | undefined {
  if (shape.length === 0) return undefined;
  const wanted = dimensionsOf(axes, extents, 0);
  const text = (axis: Axis, i: number) => (axis === 'rows' ? 'rows' : String(wanted[i]));
  const layout = `[${axes.map(text).join(', ')}] (${axes.join(',')})`;
  const fits =
    shape.length === axes.length &&
    axes.every(
      (axis, i) => axis === 'rows' || typeof shape[i] === 'string' || shape[i] === wanted[i] || shape[i] === 0,
    );
  if (!fits) throw inputError(path, `input '${name}' is [${shape.join(', ')}], the contract makes it ${layout}`);
  const rows = shape[axes.indexOf('rows')];
  return typeof rows === 'number' && rows > 0 ? rows : undefined;
}

/** Folder of a contract, that names of files in it start from. */
export const folderOf = (path: string): string => dirname(path);
