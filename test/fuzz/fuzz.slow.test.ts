import {expect, test} from 'vitest';
import {buildWorker, fuzz, keyOf} from './fuzz.ts';
import {targets} from './targets.ts';

/** Of each target: 100,000 in all. */
const MUTANTS = Math.ceil(100_000 / targets.length);
/** Five minutes on two idle cores. */
const PATIENCE_MS = 1_500_000;

test(
  '100,000 mutants are refused in a line, or counted to the last call',
  async () => {
    const worker = await buildWorker();
    const halves = [0, 1].map((half) =>
      fuzz(
        worker,
        targets.filter((_, k) => k % 2 === half).map(({name}) => ({target: name, seed: 2, from: 0, until: MUTANTS})),
      ),
    );
    const findings = (await Promise.all(halves)).flat();
    expect([...new Set(findings.map(keyOf))]).toEqual([]);
  },
  PATIENCE_MS,
);
