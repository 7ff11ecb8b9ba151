/**
 * `npm run bench [-- [--save] name...]`: bundles each test/bench/*.bench.ts and runs it alone in a fresh process, because
 * code that another bench has made polymorphic measures something else. `--save` keeps what was measured in
 * test/bench/results/, with commit, processor and Node, and writes it into the tables that quote it.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {ensureBuilt} from './build.js';
import {resultsFolder, writeFigures} from './figures.js';
import {ensureInstalled, root} from './setup.js';

ensureInstalled();
await ensureBuilt();
const {build} = await import('esbuild');
const save = process.argv.includes('--save');
const wanted = process.argv.slice(2).filter((arg) => arg !== '--save');
const out = mkdtempSync(join(root, 'node_modules', '.bench-'));
try {
  const names = readdirSync(join(root, 'test/bench')).filter((file) => file.endsWith('.bench.ts'));
  for (const file of names.sort()) {
    const name = file.slice(0, -'.bench.ts'.length);
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const outfile = join(out, `${name}.mjs`);
    await build({
      entryPoints: [join(root, 'test/bench', file)],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'warning',
    });
    process.stdout.write(`\n# ${name}\n`);
    const rows = join(out, `${name}.json`);
    const {status} = spawnSync(process.execPath, ['--expose-gc', outfile], {
      cwd: root,
      stdio: 'inherit',
      env: {...process.env, NODE_EXTRA_CA_CERTS: '', COLDFRONT_BENCH_ROWS: rows},
    });
    if (status !== 0) process.exitCode = 1;
    else if (save && existsSync(rows)) keep(name, JSON.parse(readFileSync(rows, 'utf8')));
  }
} finally {
  rmSync(out, {recursive: true, force: true});
}
if (save) writeFigures();

/** Keeps the rows that a bench measured, and what they were measured on. */
function keep(bench, rows) {
  const git = (...args) => spawnSync('git', args, {cwd: root, encoding: 'utf8'}).stdout.trim();
  const commit = git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' and changes');
  const [{model}] = cpus();
  const result = {bench, commit, date: new Date().toISOString().slice(0, 10), node: process.version};
  mkdirSync(resultsFolder, {recursive: true});
  writeFileSync(
    join(resultsFolder, `${bench}.json`),
    `${JSON.stringify({...result, processor: model, processors: cpus().length, rows}, null, 2)}\n`,
  );
}
