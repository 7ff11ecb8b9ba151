import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {buildWorker, type Finding, fuzz} from './fuzz.ts';
import {targets} from './targets.ts';

const corpus = fileURLToPath(new URL('corpus/', import.meta.url));
const MUTANTS = 200;
/** On a machine that does other things too. */
const PATIENCE_MS = 300_000;
let worker: URL;
beforeAll(async () => {
  worker = await buildWorker();
});

const said = (findings: readonly Finding[]): string[] =>
  findings.map(({target, n, stack}) => `${target} ${n}: ${stack.split('\n').slice(0, 4).join('\n')}`);

describe('damaged input of any kind', () => {
  // Two halves, so that both cores have work.
  test.concurrent.each([0, 1])(
    'is refused in a line, or counted to the last call (half %d)',
    async (half) => {
      const own = targets.filter((_, k) => k % 2 === half);
      const tasks = own.map(({name}) => ({target: name, seed: 1, from: 0, until: MUTANTS}));
      expect(said(await fuzz(worker, tasks))).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'what once broke something does so no more',
    async () => {
      const tasks = readdirSync(corpus).map((file) => {
        const target = targets.find(({name}) => file.startsWith(`${name.replaceAll(' ', '-')}--`));
        expect(target, `a target of ${file}`).toBeDefined();
        return {target: target!.name, seed: 1, from: 0, until: 1, bytes: readFileSync(`${corpus}${file}`)};
      });
      expect(tasks.length).toBeGreaterThan(10);
      expect(said(await fuzz(worker, tasks))).toEqual([]);
    },
    PATIENCE_MS,
  );
});
