import {expect, test} from 'vitest';
import {cellWorkload} from '../../../src/replay/calls/cell-workload.ts';
import {eventWorkload} from '../../helpers/workload.ts';

test('apps of the same name under different owners stay different apps', () => {
  const workload = eventWorkload([
    {function: 'f', app: 'api', owner: 'x', at: 0},
    {function: 'g', app: 'api', owner: 'y', at: 1},
    {function: 'h', app: 'api', owner: 'x', at: 2},
    {function: 'i', app: 'web', owner: 'y', at: 3},
  ]);
  expect([...cellWorkload(workload).appId]).toEqual([0, 1, 0, 2]);
});
