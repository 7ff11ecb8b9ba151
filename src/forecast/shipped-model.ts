import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {inputError} from '../base/errors.ts';
import {iatHistogram} from './baselines/iat-histogram.ts';

/** The name under which the model that comes with the package is known wherever `--model` is. */
export const SHIPPED_MODEL = 'azure-2019';

const file = join('fixtures', 'models', `${SHIPPED_MODEL}.onnx`);

/** Path of the shipped model: in the package, which lies some folders above `from` (this file, bundled or not). */
export function shippedModelPath(from = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, file))) return join(folder, file);
    if (dirname(folder) === folder) break;
  }
  throw inputError(
    SHIPPED_MODEL,
    `the model that comes with coldfront is missing: the package has no ${file}`,
    'install coldfront again',
    'or train one: coldfront train W --out m.onnx',
    `or name a baseline, such as ${iatHistogram.name}`,
  );
}
