import {spawnSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {expect, test} from 'vitest';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();

test('Ctrl-C while an output is written ends with 130 after it, and leaves no temporary file', async () => {
  const output = fileURLToPath(new URL('../../src/files/output.ts', import.meta.url));
  const script = `
    import {writeOutput} from ${JSON.stringify(output)};
    writeOutput('out.txt', false, (sink) => {
      sink.write('first');
      process.kill(process.pid, 'SIGINT');
      for (const end = Date.now() + 50; Date.now() < end; ) sink.write('.');
      sink.write('last');
    });
    setTimeout(() => process.exit(9), 10_000);`;
  const outfile = join(folder, 'write.mjs');
  const stdin = {contents: script, resolveDir: folder};
  await build({stdin, outfile, bundle: true, format: 'esm', platform: 'node', logLevel: 'error'});
  const {status} = spawnSync(process.execPath, [outfile], {cwd: folder});
  expect(status).toBe(130);
  expect(readdirSync(folder).sort()).toEqual(['out.txt', 'write.mjs']);
  expect(readFileSync(join(folder, 'out.txt'), 'utf8')).toMatch(/^first\.+last$/);
});
