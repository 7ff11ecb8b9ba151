import {expect, test} from 'vitest';
import {buildWorker, fuzz, keyOf} from './fuzz.ts';
import {targets} from './targets.ts';

const MUTANTS = 600;

test('20,000 mutants are refused in a line, or counted to the last call', async () => {
  const worker = await buildWorker();
  const halves = [0, 1].map((half) =>
    fuzz(
      worker,
      targets.filter((_, k) => k % 2 === half).map(({name}) => ({target: name, seed: 2, from: 0, until: MUTANTS})),
    ),
  );
  const findings = (await Promise.all(halves)).flat();
  expect([...new Set(findings.map(keyOf))]).toEqual([]);
});
