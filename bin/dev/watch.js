/** `npm run watch`: builds, and builds again whenever a source changes, until it is interrupted. */
import {watch} from 'node:fs';
import {join} from 'node:path';
import {build} from './build.js';
import {ensureInstalled, root} from './setup.js';

/** Editors write a file in several steps: what comes within this time is one change. */
const SETTLE_MS = 100;

async function rebuild() {
  const startedMs = performance.now();
  try {
    await build();
    process.stderr.write(`built in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  } catch (error) {
    // esbuild has printed file and line already; the next change may mend it.
    process.stderr.write(`${error.message.split('\n')[0]}\n`);
  }
}

ensureInstalled();
await rebuild();
let timer;
let running = Promise.resolve();
watch(join(root, 'src'), {recursive: true}, () => {
  clearTimeout(timer);
  timer = setTimeout(() => (running = running.then(rebuild)), SETTLE_MS);
});
