import {expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {killOnce, prepare, undisturbed, writers} from './kills.ts';

const folder = temporaryFolder();
const KILLS = 300;

test('300 kills of every command that writes: no half file, no leftover', async () => {
  prepare(folder);
  const random = new Random(21);
  const wholes = writers.map((writer) => undisturbed(folder, writer));
  const wrong: string[] = [];
  for (let n = 0; n < KILLS; n++) {
    const k = n % writers.length;
    wrong.push(...(await killOnce(folder, writers[k]!, wholes[k]!, random)));
  }
  expect(wrong).toEqual([]);
});
