import {expect, test} from 'vitest';
import {hostMtbfUs, readFault} from '../../src/fleet/faults.ts';

const read = (text: string) => readFault(text, '--fail');

test('what fails is read with its units, whichever key stands first', () => {
  expect(read('hosts=50,at=10m,for=5m')).toEqual({kind: 'hosts', count: 50, atUs: 600e6, forUs: 300e6, work: 'lose'});
  expect(read('at=10m,hosts=1,for=forever')).toMatchObject({kind: 'hosts', forUs: Number.POSITIVE_INFINITY});
  expect(read('cell=2,at=10m,for=3s')).toEqual({kind: 'cell', cell: 2, atUs: 600e6, forUs: 3e6});
  expect(read('start-rate=30/10s,at=0s,for=1m')).toEqual({kind: 'start-rate', perSecond: 3, atUs: 0, forUs: 60e6});
  expect(read('mtbf=30d,for=3s')).toEqual({
    kind: 'mtbf',
    meanUs: 30 * 86_400e6,
    forUs: 3e6,
    what: 'hosts',
    work: 'lose',
  });
  expect(read('mtbf=30d,for=3s,work=keep')).toMatchObject({work: 'keep'});
});

test('what does not say what fails, or never does, is refused', () => {
  expect(() => read('for=3s')).toThrow(/must say what fails/);
  expect(() => read('mtbf=0s,for=3s')).toThrow(/mtbf is 0s/);
  expect(() => read('cell=1,at=1s,for=forever')).toThrow(/--fail:for/);
  expect(() => read('hosts=1,cell=2,at=1s,for=1s')).toThrow(/'cell=2' is no parameter of hosts/);
});

test('rates of failures of hosts add up; schedulers lose no work', () => {
  expect(hostMtbfUs([read('mtbf=2h,for=1s'), read('mtbf=2h,for=9s'), read('mtbf=1m,for=1s,what=cells')])).toBe(3600e6);
  expect(hostMtbfUs([read('mtbf=1m,for=1s,what=cells')])).toBeUndefined();
});
