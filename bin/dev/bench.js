/**
 * `npm run bench [-- name...]`: bundles each test/bench/*.bench.ts and runs it alone in a fresh process, because
 * code that another bench has made polymorphic measures something else.
 */
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {ensureBuilt, ensureInstalled, root} from './setup.js';

ensureInstalled();
await ensureBuilt();
const {build} = await import('esbuild');
const wanted = process.argv.slice(2);
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
    const {status} = spawnSync(process.execPath, ['--expose-gc', outfile], {
      cwd: root,
      stdio: 'inherit',
      env: {...process.env, NODE_EXTRA_CA_CERTS: ''},
    });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(out, {recursive: true, force: true});
}
