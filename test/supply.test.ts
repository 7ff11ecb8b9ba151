import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';

const script = fileURLToPath(new URL('../bin/dev/supply.js', import.meta.url));

test('what users install has licences that may be passed on, hashes in the lock file, and no development in it', () => {
  const {status, stdout} = spawnSync(process.execPath, [script], {encoding: 'utf8'});
  expect([status, stdout]).toEqual([0, expect.not.stringContaining('WRONG')]);
  const [first, second] = stdout.split('\n');
  expect(first).toMatch(/^\d+ packages, \d+ MiB, \d+ of them not onnxruntime-node's$/);
  expect(second).toMatch(/^licences: MIT \d+, /);
  expect(stdout).not.toContain('typescript');
});
