#!/usr/bin/env node
import {existsSync} from 'node:fs';

const entry = new URL('../dist/run.js', import.meta.url);
// Stacks name the lines of src/ then.
if (process.argv.includes('--debug')) process.setSourceMapsEnabled(true);
if (existsSync(entry)) {
  try {
    await import(entry.href);
  } catch (error) {
    // Whatever else goes wrong says so itself; without files there is nobody yet who could.
    if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
    process.stderr.write('coldfront: too many files are open (raise the limit: ulimit -n)\n');
    process.exitCode = 2;
  }
} else {
  process.stderr.write('coldfront is not built yet: run `npm run build` once in this checkout.\n');
  process.exitCode = 1;
}
