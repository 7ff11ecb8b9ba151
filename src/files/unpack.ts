import {gunzipSync} from 'node:zlib';

/** The text of a small gzip in base64, as deliveries within JSON are packed; undefined for what is none or is too long. */
export function unpackedText(base64: string, maxBytes: number): string | undefined {
  try {
    return gunzipSync(Buffer.from(base64, 'base64'), {maxOutputLength: maxBytes}).toString('utf8');
  } catch {
    return undefined;
  }
}
