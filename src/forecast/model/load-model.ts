import {existsSync, readFileSync} from 'node:fs';
import {inputError} from '../../base/errors.ts';
import {inspectOnnx, type OnnxInfo, type TensorInfo} from '../onnx/inspect.ts';
import {SHIPPED_MODEL} from '../shipped-model.ts';
import {CONTRACT_KEY, type ModelContract, parseContract} from './contract.ts';

/** A model file that was read and whose contract fits this program; not yet opened for running. */
export interface ModelFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly info: OnnxInfo;
  readonly contract: ModelContract;
  /** Where the contract stands: in the model, or in a file beside it. */
  readonly contractFrom: string;
}

/** float32 in ONNX. */
const FLOAT = 1;

/**
 * Reads a model and its contract: from `contractPath` if given, else from the file's own metadata, else from
 * `<model>.contract.json`. What does not fit is bad input that names what is missing.
 */
export function loadModel(path: string, contractPath?: string): ModelFile {
  const bytes = readBytes(path, `name an .onnx file, ${SHIPPED_MODEL} or a baseline`);
  const info = inspect(path, bytes);
  const beside = `${path}.contract.json`;
  const own = info.metadata[CONTRACT_KEY];
  const from = contractPath ?? (own === undefined && existsSync(beside) ? beside : undefined);
  if (from === undefined && own === undefined) {
    throw inputError(
      path,
      `carries no contract (metadata '${CONTRACT_KEY}'), so its inputs and outputs are unknown`,
      `describe it in ${beside}, or name such a file with --contract`,
    );
  }
  const contract =
    from === undefined ? parseContract(own!, path) : parseContract(new TextDecoder().decode(readBytes(from)), from);
  checkTensors(path, info, contract);
  return {path, bytes, info, contract, contractFrom: from ?? 'the model'};
}

function readBytes(path: string, ...ways: string[]): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'is a directory' : String(code);
    throw inputError(path, reason, ...ways);
  }
}

function inspect(path: string, bytes: Uint8Array): OnnxInfo {
  try {
    return inspectOnnx(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw inputError(path, `is not an ONNX model: ${error.message}`, 'make one with coldfront train');
  }
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
