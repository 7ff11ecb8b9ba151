import {printable} from '../../base/text.ts';
import {gzippedBase64} from '../../files/packed.ts';
import type {PackedLabels, PackedNumbers, PackedTexts} from '../../page/page-data.ts';

export function packDoubles(values: Float64Array): PackedNumbers {
  return {kind: 'float64', length: values.length, data: gzippedBase64(bytesOf(values))};
}

function packWhole(values: Uint32Array): PackedNumbers {
  return {kind: 'uint32', length: values.length, data: gzippedBase64(bytesOf(values))};
}

/** Texts as they are shown: what a screen would obey or hide is escaped. */
export function packTexts(texts: readonly string[]): PackedTexts {
  const shown = texts.map((text) => printable(text));
  const lengths = Uint32Array.from(shown, ({length}) => length);
  return {text: gzippedBase64(Buffer.from(shown.join(''))), lengths: packWhole(lengths)};
}

/** The texts as numbers of a list in ascending order. */
export function packLabels(texts: readonly string[]): PackedLabels {
  const values = [...new Set(texts)].sort();
  const place = new Map(values.map((value, id) => [value, id]));
  return {values: values.map(printable), id: packWhole(Uint32Array.from(texts, (text) => place.get(text)!))};
}

function bytesOf({buffer, byteOffset, byteLength}: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
