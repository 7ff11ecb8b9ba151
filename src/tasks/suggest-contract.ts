import {checkOutput, writeOutput} from '../files/output.ts';
import {onnxFile, readBytes} from '../forecast/onnx/onnx-file.ts';
import {type Suggestion, suggestContract} from '../forecast/steps/suggest.ts';

/** What `coldfront model M --suggest` was asked to do. */
export interface SuggestRequest {
  readonly path: string;
  /** Contract file to write; undefined: none. */
  readonly out: string | undefined;
  readonly force: boolean;
}

/** Reads a contract off a model that carries none. */
export function suggestFor({force, out, path}: SuggestRequest): Suggestion {
  if (out !== undefined) checkOutput(out, force);
  const suggestion = suggestContract(onnxFile(path, readBytes(path)).info);
  if (out !== undefined) writeOutput(out, force, (sink) => sink.write(suggestionText(suggestion)));
  return suggestion;
}

/** The contract as a file. */
export function suggestionText({contract}: Suggestion): string {
  return `${JSON.stringify(contract, undefined, 2)}\n`;
}
