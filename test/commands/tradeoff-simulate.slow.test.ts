import {expect, test} from 'vitest';
import {simulations} from '../../src/tasks/tradeoff/simulations.ts';
import {coldfront} from '../helpers/cli.ts';
import {complaints} from '../helpers/schemas.ts';

test.each(Object.keys(simulations))(
  'tradeoff %s --simulate is as its schema says, the same on any number of threads',
  (topic) => {
    const [one, ...others] = ['1', '2', '7'].map((threads) => {
      const {status, stdout, stderr} = coldfront(['tradeoff', topic, '--simulate', '--json', '--threads', threads]);
      expect([status, stderr]).toEqual([0, '']);
      return stdout.toString();
    });
    expect(complaints('coldfront.tradeoff/1', JSON.parse(one!))).toEqual([]);
    for (const other of others) expect(other).toBe(one);
  },
);
