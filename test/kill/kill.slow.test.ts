import {expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {killOnce, prepare, undisturbed, writers} from './kills.ts';

const folder = temporaryFolder();
/** `npm run kill` asks for more, or with another seed. */
const {COLDFRONT_KILLS: KILLS = '300', COLDFRONT_KILL_SEED: SEED = '21'} = process.env;
/** A kill and the run after it, on a machine that does other things too. */
const SECONDS_PER_KILL = 6;

test(
  `${KILLS} kills of every command that writes: no half file, no leftover`,
  async () => {
    prepare(folder);
    const random = new Random(Number(SEED));
    const wholes = writers.map((writer) => undisturbed(folder, writer));
    const wrong: string[] = [];
    for (let n = 0; n < Number(KILLS); n++) {
      const k = n % writers.length;
      wrong.push(...(await killOnce(folder, writers[k]!, wholes[k]!, random)));
    }
    expect(wrong).toEqual([]);
  },
  1000 * SECONDS_PER_KILL * Number(KILLS),
);
