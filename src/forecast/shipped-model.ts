import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The name under which the model that comes with the package is known wherever `--model` is. */
export const SHIPPED_MODEL = 'azure-2019';

const file = join('fixtures', 'models', `${SHIPPED_MODEL}.onnx`);

/** Path of the shipped model: in the package, which lies some folders above this file, bundled or not. */
export function shippedModelPath(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, file)) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, file);
}
