import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {cannotRead} from './input.ts';

/** Bytes gzipped, as base64; the same bytes always give the same text. */
export function gzippedBase64(bytes: Uint8Array): string {
  return gzipSync(bytes, {level: 6}).toString('base64');
}

/** SHA-256 of a file, hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    throw cannotRead(path, error);
  }
  return hash.digest('hex');
}
