import {ProtoWriter, readFields, readString} from './proto.ts';

/** A node as far as it matters here. */
interface Node {
  readonly bytes: Uint8Array;
  readonly inputs: string[];
  readonly outputs: string[];
}

/**
 * The model cut down to what its outputs `names` need: the same values for less work, as the runtime works out what
 * nobody asks for as well. A model with branches or loops, whose bodies may use any value, stays as it is.
 */
export function onlyOutputs(file: Uint8Array, names: readonly string[]): Uint8Array {
  const model = new ProtoWriter();
  for (const item of readFields(file)) {
    if (item.field !== 7) copy(model, item);
    else {
      const graph = pruned(item.bytes, new Set(names));
      if (graph === undefined) return file;
      model.message(7, graph);
    }
  }
  return model.finish().slice();
}

function pruned(graph: Uint8Array, wanted: ReadonlySet<string>): ProtoWriter | undefined {
  const nodes: Node[] = [];
  for (const item of readFields(graph)) {
    if (item.field !== 1) continue;
    const node = readNode(item.bytes);
    if (node === undefined) return undefined;
    nodes.push(node);
  }
  const needed = new Set(wanted);
  const kept = new Set<Node>();
  // Nodes stand in the order of computation.
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.add(node);
    for (const name of node.inputs) needed.add(name);
  }
  const out = new ProtoWriter();
  for (const node of nodes) if (kept.has(node)) out.bytes(1, node.bytes);
  for (const item of readFields(graph)) {
    if (item.field === 1) continue;
    // Constants by their name, outputs by theirs.
    if (item.field === 5 && !needed.has(nameIn(item.bytes, 8))) continue;
    if (item.field === 12 && !wanted.has(nameIn(item.bytes, 1))) continue;
    copy(out, item);
  }
  return out;
}

/** Undefined where the node has a graph of its own. */
function readNode(bytes: Uint8Array): Node | undefined {
  const inputs: string[] = [];
  const outputs: string[] = [];
  for (const item of readFields(bytes)) {
    if (item.field === 1) inputs.push(readString(item));
    else if (item.field === 2) outputs.push(readString(item));
    else if (item.field !== 5) continue;
    // AttributeProto.g and .graphs
    else for (const part of readFields(item.bytes)) if (part.field === 6 || part.field === 11) return undefined;
  }
  return {bytes, inputs, outputs};
}

function nameIn(message: Uint8Array, field: number): string {
  for (const item of readFields(message)) if (item.field === field) return readString(item);
  return '';
}

/** Neither model nor graph has fields other than integers and bytes. */
function copy(to: ProtoWriter, {field, value, bytes}: {field: number; value: number; bytes: Uint8Array}): void {
  if (Number.isNaN(value)) to.bytes(field, bytes);
  else to.int(field, value);
}
