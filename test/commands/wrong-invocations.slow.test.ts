import {test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {expectAnswersInALine} from './wrong-invocations.ts';

const folder = temporaryFolder();

test('500 times: who calls a command wrongly is told on one line, exit 2 or 3, and nothing is done', () => {
  expectAnswersInALine(500, new Random(Number(process.env.COLDFRONT_SEED ?? 500)), folder);
});
