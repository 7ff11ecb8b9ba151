import {ProtoWriter} from './proto.ts';

/**
 * Writes ONNX files (IR version 8, opset 17; github.com/onnx/onnx, `onnx/onnx.proto`): just the messages that a
 * dense network, its training step and a tree ensemble consist of. Every tensor is float32 or int64.
 */

const IR_VERSION = 8;
const OPSET = 17;
const ML_OPSET = 3;

export const ElementType = {float: 1, int64: 7, bool: 9} as const;

/** Values of node attributes; the kind decides how ONNX stores them. */
export type Attribute =
  | {readonly int: number}
  | {readonly float: number}
  | {readonly string: string}
  | {readonly ints: ArrayLike<number>}
  | {readonly floats: ArrayLike<number>}
  | {readonly strings: readonly string[]};

/** A dimension: a fixed length, or the name of one that may differ from call to call. */
export type Dimension = number | string;

/** Builds a graph node by node; the order of nodes must be the order of computation. */
export class GraphBuilder {
  private readonly graph = new ProtoWriter();
  private readonly tail = new ProtoWriter();
  private readonly name: string;
  private usesTrees = false;
  private scratch = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** A float input of the given shape. */
  input(name: string, shape: readonly Dimension[]): string {
    this.tail.message(11, valueInfo(name, shape));
    return name;
  }

  output(name: string, shape: readonly Dimension[]): string {
    this.tail.message(12, valueInfo(name, shape));
    return name;
  }

  /** A constant of the graph. An empty shape makes a scalar. */
  constant(name: string, shape: readonly number[], values: ArrayLike<number>): string {
    const tensor = new ProtoWriter().packedInts(1, shape).int(2, ElementType.float).string(8, name);
    this.graph.message(5, tensor.bytes(9, new Uint8Array(Float32Array.from(values).buffer)));
    return name;
  }

  /** A constant list of int64, as axes and split sizes are given. */
  integers(name: string, values: readonly number[]): string {
    const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    const tensor = new ProtoWriter().packedInts(1, [values.length]).int(2, ElementType.int64).string(8, name);
    this.graph.message(5, tensor.bytes(9, raw));
    return name;
  }

  /** Adds a node with one output and returns the output's name, made up where none is given. */
  node(op: string, inputs: readonly string[], options: {output?: string; attributes?: Attributes} = {}): string {
    const output = options.output ?? `${op}.${this.scratch++}`;
    this.nodes(op, inputs, [output], options.attributes ?? {});
    return output;
  }

  /** Adds a node with several outputs. */
  nodes(op: string, inputs: readonly string[], outputs: readonly string[], attributes: Attributes = {}): void {
    const node = new ProtoWriter();
    for (const input of inputs) node.string(1, input);
    for (const output of outputs) node.string(2, output);
    node.string(3, `${op}:${outputs[0]}`).string(4, op);
    for (const [name, value] of Object.entries(attributes)) node.message(5, attributeProto(name, value));
    if (op.startsWith('TreeEnsemble')) {
      node.string(7, 'ai.onnx.ml');
      this.usesTrees = true;
    }
    this.graph.message(1, node);
  }

  /** The finished file. `metadata` becomes `metadata_props`. */
  finish(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    const graph = new ProtoWriter().string(2, this.name);
    const body = concat(this.graph.finish(), graph.finish(), this.tail.finish());
    const model = new ProtoWriter().int(1, IR_VERSION).string(2, 'coldfront').bytes(7, body);
    model.message(8, new ProtoWriter().string(1, '').int(2, OPSET));
    if (this.usesTrees) model.message(8, new ProtoWriter().string(1, 'ai.onnx.ml').int(2, ML_OPSET));
    for (const [key, value] of Object.entries(metadata)) {
      model.message(14, new ProtoWriter().string(1, key).string(2, value));
    }
    return model.finish().slice();
  }
}

type Attributes = Readonly<Record<string, Attribute>>;

/** The codes of AttributeProto.type and the field each kind's value goes to. */
function attributeProto(name: string, value: Attribute): ProtoWriter {
  const proto = new ProtoWriter().string(1, name);
  if ('float' in value) return proto.float(2, value.float).int(20, 1);
  if ('int' in value) return proto.int(3, value.int).int(20, 2);
  if ('string' in value) return proto.string(4, value.string).int(20, 3);
  if ('floats' in value) return proto.packedFloats(7, value.floats).int(20, 6);
  if ('ints' in value) return proto.packedInts(8, value.ints).int(20, 7);
  for (const text of value.strings) proto.string(9, text);
  return proto.int(20, 8);
}

function valueInfo(name: string, shape: readonly Dimension[]): ProtoWriter {
  const dimensions = new ProtoWriter();
  for (const size of shape) {
    const dimension = new ProtoWriter();
    dimensions.message(1, typeof size === 'string' ? dimension.string(2, size) : dimension.int(1, size));
  }
  const tensor = new ProtoWriter().int(1, ElementType.float).message(2, dimensions);
  return new ProtoWriter().string(1, name).message(2, new ProtoWriter().message(1, tensor));
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
