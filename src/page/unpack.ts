import type {PackedLabels, PackedNumbers, PackedTexts} from './page-data.ts';

/** Bytes that were gzipped and written as base64. */
async function unpackBytes(data: string): Promise<ArrayBuffer> {
  const packed = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}

export async function unpackNumbers({kind, data}: PackedNumbers): Promise<Float64Array | Uint32Array> {
  const bytes = await unpackBytes(data);
  return kind === 'float64' ? new Float64Array(bytes) : new Uint32Array(bytes);
}

/** Texts by row, cut out of one when they are asked for. */
export interface Texts {
  at(row: number): string;
}

export async function unpackTexts({text, lengths}: PackedTexts): Promise<Texts> {
  const [bytes, each] = await Promise.all([unpackBytes(text), unpackNumbers(lengths)]);
  const all = new TextDecoder().decode(bytes);
  const end = new Uint32Array(each.length);
  let at = 0;
  for (let row = 0; row < each.length; row++) end[row] = at += each[row]!;
  return {at: (row) => all.slice(row === 0 ? 0 : end[row - 1]!, end[row]!)};
}

/** Labels by row; their numbers sort as the texts do. */
export interface Labels extends Texts {
  readonly id: Float64Array | Uint32Array;
}

export async function unpackLabels({values, id}: PackedLabels): Promise<Labels> {
  const ids = await unpackNumbers(id);
  return {id: ids, at: (row) => values[ids[row]!]!};
}
