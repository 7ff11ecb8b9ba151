import {type ProtoField, readFields, readInts, readString} from './proto.ts';

/** float32 in ONNX. */
const FLOAT = 1;

/** An input or output as the file declares it. */
export interface TensorInfo {
  readonly name: string;
  /** ONNX element type: 1 float32, 7 int64, 11 float64; 0 when it is not a tensor. */
  readonly elementType: number;
  /** A number for a fixed dimension, its name (possibly '') for a free one. */
  readonly shape: readonly (number | string)[];
}

/** What an ONNX file says of itself, without running it. */
export interface OnnxInfo {
  readonly irVersion: number;
  readonly producer: string;
  /** Operator set versions by domain; the default domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Inputs that a caller must feed: graph inputs that are not also constants. */
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** Node types in order of first use, those within branches and loops too. */
  readonly operators: readonly string[];
  /** Numbers in the constants: the size of a network. */
  readonly parameters: number;
}

/** Reads the declarations of an ONNX file. Throws RangeError where the bytes are no ONNX model. */
export function inspectOnnx(file: Uint8Array): OnnxInfo {
  let irVersion = 0;
  let producer = '';
  let graph: Uint8Array | undefined;
  const functions: Uint8Array[] = [];
  const opsets: Record<string, number> = {};
  const metadata: Record<string, string> = {};
  for (const item of readFields(file)) {
    if (item.field === 1) irVersion = item.value;
    else if (item.field === 2) producer = readString(item);
    else if (item.field === 7) graph = item.bytes;
    else if (item.field === 25) functions.push(item.bytes);
    else if (item.field === 8) addOpset(opsets, item.bytes);
    else if (item.field === 14) addEntry(metadata, item.bytes);
  }
  if (graph === undefined || !(irVersion > 0)) throw new RangeError('no ONNX graph in it');
  const found = inspectGraph(graph);
  const operators = new Set(found.operators);
  // Functions of the file's own hold their nodes in field 7.
  for (const body of functions)
    for (const item of readFields(body)) if (item.field === 7) addOperators(operators, item.bytes);
  return {irVersion, producer, opsets, metadata, ...found, operators: [...operators]};
}

function inspectGraph(graph: Uint8Array): Pick<OnnxInfo, 'inputs' | 'outputs' | 'operators' | 'parameters'> {
  const inputs: TensorInfo[] = [];
  const outputs: TensorInfo[] = [];
  const operators = new Set<string>();
  const constants = new Set<string>();
  let parameters = 0;
  for (const item of readFields(graph)) {
    if (item.field === 1) addOperators(operators, item.bytes);
    else if (item.field === 5) {
      constants.add(textField(item.bytes, 8));
      parameters += elementsOf(item.bytes);
    } else if (item.field === 11) inputs.push(tensorInfo(item.bytes));
    else if (item.field === 12) outputs.push(tensorInfo(item.bytes));
  }
  // Files of IR version 3 and older list constants among the inputs.
  const fed = inputs.filter((input) => !constants.has(input.name));
  return {inputs: fed, outputs, operators: [...operators], parameters};
}

/** A constant of a graph. */
export interface OnnxConstant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The float32 constants of a graph whose values stand in the file as raw bytes, by name. */
export function readConstants(file: Uint8Array): Map<string, OnnxConstant> {
  const constants = new Map<string, OnnxConstant>();
  for (const model of readFields(file)) {
    if (model.field !== 7) continue;
    for (const item of readFields(model.bytes)) if (item.field === 5) addConstant(constants, item.bytes);
  }
  return constants;
}

function addConstant(constants: Map<string, OnnxConstant>, tensor: Uint8Array): void {
  const shape: number[] = [];
  let [name, type] = ['', 0];
  let raw: Uint8Array | undefined;
  for (const item of readFields(tensor)) {
    if (item.field === 1) shape.push(...readInts(item));
    else if (item.field === 2) type = item.value;
    else if (item.field === 8) name = readString(item);
    else if (item.field === 9) raw = item.bytes;
  }
  if (type !== FLOAT || raw === undefined || raw.length % 4 !== 0) return;
  // A copy, as values need not lie on a multiple of four bytes in the file.
  constants.set(name, {shape, values: new Float32Array(Uint8Array.from(raw).buffer)});
}

/** Adds the type of a node, and those of the nodes in its branches and loops. */
function addOperators(operators: Set<string>, node: Uint8Array): void {
  operators.add(textField(node, 4));
  for (const attribute of readFields(node)) {
    if (attribute.field !== 5) continue;
    for (const part of readFields(attribute.bytes)) {
      // AttributeProto.g and .graphs
      if (part.field !== 6 && part.field !== 11) continue;
      for (const inner of readFields(part.bytes)) if (inner.field === 1) addOperators(operators, inner.bytes);
    }
  }
}

function addOpset(opsets: Record<string, number>, bytes: Uint8Array): void {
  let domain = '';
  let version = 0;
  for (const item of readFields(bytes)) {
    if (item.field === 1) domain = readString(item);
    else if (item.field === 2) version = item.value;
  }
  opsets[domain || 'ai.onnx'] = version;
}

function addEntry(metadata: Record<string, string>, bytes: Uint8Array): void {
  let key = '';
  let value = '';
  for (const item of readFields(bytes)) {
    if (item.field === 1) key = readString(item);
    else if (item.field === 2) value = readString(item);
  }
  metadata[key] = value;
}

function textField(message: Uint8Array, field: number): string {
  for (const item of readFields(message)) if (item.field === field) return readString(item);
  return '';
}

function elementsOf(tensor: Uint8Array): number {
  let elements = 1;
  for (const item of readFields(tensor)) if (item.field === 1) for (const size of readInts(item)) elements *= size;
  return elements;
}

function tensorInfo(bytes: Uint8Array): TensorInfo {
  let name = '';
  let elementType = 0;
  let shape: (number | string)[] = [];
  for (const item of readFields(bytes)) {
    if (item.field === 1) name = readString(item);
    // ValueInfoProto.type -> TypeProto.tensor_type -> (elem_type, shape)
    else if (item.field === 2) {
      for (const type of readFields(item.bytes)) {
        if (type.field !== 1) continue;
        for (const part of readFields(type.bytes)) {
          if (part.field === 1) elementType = part.value;
          else if (part.field === 2) shape = [...readFields(part.bytes)].map(dimension);
        }
      }
    }
  }
  return {name, elementType, shape};
}

function dimension(item: ProtoField): number | string {
  for (const part of readFields(item.bytes)) {
    if (part.field === 1) return part.value;
    if (part.field === 2) return readString(part);
  }
  return '';
}
