#!/usr/bin/env node
import {existsSync} from 'node:fs';

const entry = new URL('../dist/run.js', import.meta.url);
// Stacks name the lines of src/ then.
if (process.argv.includes('--debug')) process.setSourceMapsEnabled(true);
if (existsSync(entry)) {
  await import(entry.href);
} else {
  process.stderr.write('coldfront is not built yet: run `npm run build` once in this checkout.\n');
  process.exitCode = 1;
}
