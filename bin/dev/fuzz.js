/**
 * `npm run fuzz -- [--mutants 40000] [--seed 1] [--target NAME] [--workers 2] [--file FILE]`: damages inputs of every kind and feeds them
 * to the commands, in workers that are ended when one does not come back. What is found is kept in test/fuzz/found, once
 * for each stack, and `--file` feeds it again; once it is mended, it moves to test/fuzz/corpus and is fed in every `npm test`.
 */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {build} from 'esbuild';
import {ensureBuilt} from './build.js';
import {root} from './setup.js';

const {values} = parseArgs({
  options: {
    mutants: {type: 'string', default: '40000'},
    seed: {type: 'string', default: '1'},
    target: {type: 'string', multiple: true},
    workers: {type: 'string', default: '2'},
    file: {type: 'string', multiple: true},
  },
});

await ensureBuilt();
const outfile = join(root, 'node_modules/.cache/coldfront-fuzz/main.mjs');
await build({
  stdin: {
    contents: `export * from './fuzz.ts'; export {targets} from './targets.ts';`,
    resolveDir: join(root, 'test/fuzz'),
  },
  outfile,
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  jsx: 'automatic',
  logLevel: 'error',
  define: {'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'test/fuzz/fuzz.ts')).href)},
});
const {buildWorker, fuzz, keyOf, targets} = await import(pathToFileURL(outfile).href);

const mutants = Number(values.mutants);
const seed = Number(values.seed);
const names = targets.map(({name}) => name).filter((name) => (values.target ?? [name]).includes(name));
const worker = await buildWorker();
const found = new Map();
const startedMs = performance.now();
let next = 0;

async function lane() {
  while (next < names.length) {
    const target = names[next++];
    const beganMs = performance.now();
    const findings = await fuzz(worker, [{target, seed, from: 0, until: mutants}]);
    for (const finding of findings) keep(finding);
    const seconds = (performance.now() - beganMs) / 1000;
    process.stdout.write(`${target}: ${mutants} mutants in ${seconds.toFixed(1)} s, ${findings.length} faults\n`);
  }
}

function keep(finding) {
  const key = keyOf(finding);
  if (found.has(key)) return;
  found.set(key, finding);
  const folder = join(root, 'test/fuzz/found');
  mkdirSync(folder, {recursive: true});
  const file = `${finding.target.replaceAll(' ', '-')}--${seed}-${finding.n}`;
  writeFileSync(join(folder, file), finding.bytes);
  process.stdout.write(`  ${file}: ${finding.stack.split('\n').slice(0, 4).join('\n    ')}\n`);
}

/** Feeds files as they are; their names begin with their target's. */
async function feedFiles(files) {
  for (const file of files) {
    const target = targets.find(({name}) => basename(file).startsWith(`${name.replaceAll(' ', '-')}--`)).name;
    const beganMs = performance.now();
    const findings = await fuzz(worker, [{target, seed, from: 0, until: 1, bytes: readFileSync(file)}]);
    for (const {stack} of findings) process.stdout.write(`${file}: ${stack}\n`);
    process.stdout.write(`${basename(file)}: ${((performance.now() - beganMs) / 1000).toFixed(1)} s\n`);
  }
  process.exit(0);
}

if (values.file) await feedFiles(values.file);
await Promise.all(Array.from({length: Number(values.workers)}, lane));
const minutes = (performance.now() - startedMs) / 60_000;
process.stdout.write(
  `${names.length * mutants} mutants of ${names.length} targets in ${minutes.toFixed(1)} min: ${found.size} kinds of fault\n`,
);
process.exitCode = found.size > 0 ? 1 : 0;
