import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

test('README shows what its commands print', () => {
  const script = fileURLToPath(new URL('../bin/dev/readme.js', import.meta.url));
  const {status, stderr} = spawnSync(process.execPath, [script, '--check'], {encoding: 'utf8'});
  expect(stderr).toBe('');
  expect(status).toBe(0);
}, 300_000);
