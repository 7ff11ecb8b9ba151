/**
 * `npm test`: installs and builds if stale, checks style and types, then runs vitest and closes with the
 * plain line that CI reads, taken from vitest's own JSON report. `--slow` runs the long suites only.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {ensureBuilt} from './build.js';
import {ensureInstalled, root, run} from './setup.js';

const args = process.argv.slice(2);
const slow = args.includes('--slow');
const passOn = args.filter((arg) => arg !== '--slow');

ensureInstalled();
if (!slow && passOn.length === 0) {
  run(process.execPath, ['node_modules/@biomejs/biome/bin/biome', 'check', '--max-diagnostics=50', '.']);
  run(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit']);
  run(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'src/page']);
}
await ensureBuilt();

const report = join(root, slow ? '.vitest-report-slow.json' : '.vitest-report.json');
rmSync(report, {force: true});
const {status} = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...passOn,
  ],
  {cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: {...process.env, COLDFRONT_SLOW: slow ? '1' : '0'}},
);
if (!existsSync(report)) {
  process.stderr.write('vitest wrote no report\n');
  process.exit(status || 1);
}
const {numPassedTests, numFailedTests, numFailedTestSuites, success} = JSON.parse(readFileSync(report, 'utf8'));
// A suite that does not even load has no failed test of its own; it must not count as none.
const failed = Math.max(numFailedTests, success ? 0 : 1, numFailedTests === 0 ? numFailedTestSuites : 0);
process.stdout.write(`\n${numPassedTests} passed, ${failed} failed\n`);
process.exitCode = failed > 0 || status !== 0 ? 1 : 0;
