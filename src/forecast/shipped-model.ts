import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {inputError} from '../base/errors.ts';
import {iatHistogram} from './baselines/iat-histogram.ts';

/** The model that is taken where nobody names one. */
export const SHIPPED_MODEL = 'azure-2019';

/** The models that come with the package, by the names under which `--model` knows them. */
export const shippedModels: readonly string[] = [SHIPPED_MODEL, 'levels'];

/** Path of a shipped model: in the package, which lies some folders above `from` (this file, bundled or not). */
export function shippedModelPath(name = SHIPPED_MODEL, from = dirname(fileURLToPath(import.meta.url))): string {
  const file = join('fixtures', 'models', `${name}.onnx`);
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, file))) return join(folder, file);
    if (dirname(folder) === folder) break;
  }
  throw inputError(
    name,
    `the model that comes with coldfront is missing: the package has no ${file}`,
    'install coldfront again',
    'or train one: coldfront train W --out m.onnx',
    `or name a baseline, such as ${iatHistogram.name}`,
  );
}
