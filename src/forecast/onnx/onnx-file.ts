import {readFileSync} from 'node:fs';
import {inputError} from '../../base/errors.ts';
import {inspectOnnx, type OnnxInfo} from './inspect.ts';

/** An ONNX file, read; not yet opened for running. */
export interface OnnxFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly info: OnnxInfo;
}

/** Reads a file whole; bad input where it cannot be, with `ways` out. */
export function readBytes(path: string, ...ways: string[]): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'is a directory' : String(code);
    throw inputError(path, reason, ...ways);
  }
}

/** The ONNX file that those bytes are; bad input where they are none. */
export function onnxFile(path: string, bytes: Uint8Array): OnnxFile {
  try {
    return {path, bytes, info: inspectOnnx(bytes)};
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw inputError(path, `is not an ONNX model: ${error.message}`, 'make one with coldfront train');
  }
}
