import {gzipSync} from 'node:zlib';

/** Bytes gzipped, as base64; the same bytes always give the same text. */
export function gzippedBase64(bytes: Uint8Array): string {
  return gzipSync(bytes, {level: 6}).toString('base64');
}
