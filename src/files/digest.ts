import type {Hash} from 'node:crypto';
import {createReadStream, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {createHash} from './hashing.ts';
import {cannotRead} from './input.ts';

/** SHA-256 of a file's bytes, in hexadecimal digits; of a folder, of the names and digests of its files. */
export async function fileDigest(path: string): Promise<string> {
  const digest = createHash('sha256');
  try {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) digest.update(`${name} ${await fileDigest(join(path, name))}\n`);
      return digest.digest('hex');
    }
    for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  } catch (error) {
    throw cannotRead(path, error);
  }
  return digest.digest('hex');
}

/**
 * SHA-256 of plain data, in hexadecimal digits: objects by their keys in order of the alphabet, lists and columns by
 * their elements. What is undefined is not there, functions count for nothing.
 */
export function valueDigest(value: unknown): string {
  const digest = createHash('sha256');
  feed(digest, value);
  return digest.digest('hex');
}

function feed(digest: Hash, value: unknown): void {
  if (ArrayBuffer.isView(value)) {
    digest.update(`${value.constructor.name} ${value.byteLength} `);
    digest.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    feed(digest, new Uint8Array(value));
  } else if (value instanceof Map || value instanceof Set) {
    feed(digest, [...value]);
  } else if (Array.isArray(value)) {
    digest.update(`[${value.length} `);
    for (const element of value) feed(digest, element);
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, its]) => its !== undefined && typeof its !== 'function');
    digest.update(`{${entries.length} `);
    for (const [key, its] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
      feed(digest, key);
      feed(digest, its);
    }
  } else {
    // -0 is not 0: it may be divided by.
    const text = Object.is(value, -0) ? '-0' : String(value);
    digest.update(`${typeof value} ${text.length} ${text}`);
  }
}
