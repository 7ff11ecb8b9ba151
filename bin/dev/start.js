/**
 * `npm start`: what the tool does, on a real trace: ingest 8 hours of Azure Functions, then replay them under
 * several keep-alive policies. Writes only into a temporary folder.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ensureBuilt} from './build.js';
import {ensureInstalled, root} from './setup.js';

ensureInstalled();
await ensureBuilt();

const folder = mkdtempSync(join(tmpdir(), 'coldfront-'));
const steps = [
  ['ingest', 'fixtures/traces/azure2019-d07-window480', '--out', join(folder, 'w.arrow')],
  ['describe', join(folder, 'w.arrow')],
  [
    'replay',
    join(folder, 'w.arrow'),
    '--policy',
    'none',
    '--policy',
    'fixed:ttl=1m',
    '--policy',
    'fixed:ttl=10m',
    '--policy',
    'fixed:ttl=1h',
    '--policy',
    'infinite',
    '--hosts',
    '100',
    '--slots',
    '256',
  ],
];
try {
  for (const args of steps) {
    const shown = args.map((arg) => arg.replace(`${folder}/`, '')).join(' ');
    process.stdout.write(`\n$ coldfront ${shown}\n`);
    const {status} = spawnSync(process.execPath, [join(root, 'bin/run.js'), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) {
      process.exitCode = status ?? 1;
      break;
    }
  }
  if (!process.exitCode)
    process.stdout.write(
      '\nNext: node bin/run.js --help, or your own trace: node bin/run.js ingest FILE --out w.arrow\n',
    );
} finally {
  rmSync(folder, {recursive: true, force: true});
}
