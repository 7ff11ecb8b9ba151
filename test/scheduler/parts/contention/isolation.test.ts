import {describe, expect, test} from 'vitest';
import {readIsolation} from '../../../../src/fleet/contention/isolation.ts';
import {strandedOf} from '../../../../src/scheduler/parts/contention/stranded.ts';
import {alone, type Call, cellOf, ends, type Setup} from '../../../helpers/contention.ts';

const refuse = (message: string, wayOut: string) => new Error(`${message}; ${wayOut}`);
const isolation = (text: string, names: readonly string[], cores = 8) => readIsolation(text, names, cores, refuse);

const ab = ['a', 'b'].map((name) => alone(name, {}));
const at0 = (fn: number, workUs: number): Call => ({fn, arrivalUs: 0, workUs});

/** What each class has left idle, core microseconds. */
function strandedUs(calls: readonly Call[], setup: Setup): number[] {
  return [...cellOf(calls, setup).cell.contention!.strandedUs];
}

describe('pinned cores, by hand', () => {
  const setup: Setup = {
    cores: 4,
    classes: ab,
    classOf: [0, 0, 0, 1],
    isolation: isolation('pin:a=2,b=2', ['a', 'b'], 4),
  };
  // a: three calls on two cores, at 2/3 of their speed. b: one call on two.
  const calls = [at0(0, 600), at0(1, 600), at0(2, 600), at0(3, 600)];

  test('a class has its own cores and no others', () => {
    expect(ends(calls, setup)).toEqual([
      {fn: 3, atUs: 600},
      {fn: 0, atUs: 900},
      {fn: 1, atUs: 900},
      {fn: 2, atUs: 900},
    ]);
    // Shared, four calls have four cores.
    expect(ends(calls, {...setup, isolation: undefined}).every(({atUs}) => atUs === 600)).toBe(true);
  });

  test('what one leaves idle while the other wants more is stranded: one core wanted, for 900 us', () => {
    expect(strandedUs(calls, {...setup, endUs: 2000})).toEqual([0, 900, 0]);
    expect(strandedUs(calls, {...setup, isolation: undefined})).toEqual([0, 0, 0]);
  });

  test('whoever is not named shares what is left', () => {
    const some: Setup = {...setup, classOf: [0, 1, -1], isolation: isolation('pin:a=3', ['a', 'b'], 4)};
    // b and the one of no class have one core.
    expect(ends([at0(0, 500), at0(1, 500), at0(2, 500)], some).map(({atUs}) => atUs)).toEqual([500, 1000, 1000]);
    // The three cores of a: two idle, then three, and never is more than one wanted; that is of no class of its own.
    expect(strandedUs([at0(0, 500), at0(1, 500), at0(2, 500)], {...some, endUs: 2000})).toEqual([1000, 0, 0]);
  });
});

test('a split cache is pressed on by the own class alone, bandwidth by all', () => {
  const classes = [
    alone('video', {pressure: [0.8, 0.3, 0]}),
    alone('web', {sensitivity: [0.5, 1, 0], pressure: [0.1, 0, 0]}),
  ];
  const setup = {cores: 8, classes, classOf: [0, 1, 1], isolation: isolation('cat', ['video', 'web'])};
  // Alone beside video web takes 1 + 1 x 0.3 as long; two of them press on each other with 0.5 x 0.1 besides.
  expect(ends([at0(0, 1e6), at0(1, 1000)], setup)[0]).toEqual({fn: 1, atUs: 1300});
  expect(ends([at0(0, 1e6), at0(1, 1000), at0(2, 1000)], setup)[0]).toEqual({fn: 1, atUs: 1350});
});

describe('hosts of their own, by hand', () => {
  const separate = isolation('separate', ['a', 'b']);

  test('no host holds two classes: b goes to the second host, no class waits until one is empty', () => {
    const setup: Setup = {
      cores: 4,
      classes: ab,
      classOf: [0, 1, -1],
      hosts: 2,
      slots: 4,
      isolation: separate,
      coldUs: 10,
    };
    const {cell} = cellOf([at0(0, 100), at0(1, 200), at0(2, 50)], {...setup, endUs: 150});
    // a, on the first host, ends at 110 and is idle; it goes for the one of no class, which starts then.
    expect(cell.tally.evictions).toBe(1);
    expect([...cell.contention!.classHosts.peak]).toEqual([1, 1, 1, 2]);
  });

  test('cores that a class leaves idle on its hosts while another has too few are stranded', () => {
    const setup: Setup = {cores: 1, classes: ab, classOf: [0, 1, 1], hosts: 2, slots: 4, isolation: separate};
    const calls = [at0(0, 1000), at0(1, 600), at0(2, 600)];
    // b: two calls on one core end at 1200. From 1000 on a's host is idle, which b could use.
    expect(ends(calls, setup).map(({atUs}) => atUs)).toEqual([1000, 1200, 1200]);
    expect(strandedUs(calls, {...setup, endUs: 5000})).toEqual([200, 0, 0]);
  });

  test('and so they are while another waits for room', () => {
    const setup: Setup = {cores: 1, classes: ab, classOf: [0, 1, 1], hosts: 2, slots: 1, isolation: separate};
    // a's host is idle from 100 on, its instance is kept; the second of b waits from 0 to 600 and takes it for itself at once
    // when a is idle, as evicting empties the host.
    const calls = [at0(0, 100), at0(1, 600), at0(2, 600)];
    expect(ends(calls, setup).map(({atUs}) => atUs)).toEqual([100, 600, 700]);
    expect(strandedUs(calls, {...setup, endUs: 5000})).toEqual([0, 0, 0]);
  });

  test('dedicated: the class alone on its hosts, all others together', () => {
    const dedicated = isolation('dedicated:a', ['a', 'b'])!;
    expect([...dedicated.hostGroup!]).toEqual([1, 0, 0]);
    const setup: Setup = {cores: 4, classes: ab, classOf: [0, 1, -1], hosts: 2, slots: 4, isolation: dedicated};
    const {cell} = cellOf([at0(0, 100), at0(1, 200), at0(2, 50)], setup);
    expect([...cell.contention!.classHosts.peak]).toEqual([1, 1, 1, 2]);
    expect(cell.tally.queued).toBe(0);
  });
});

describe('stranded cores', () => {
  const of = (idle: number[], wanting: number[]) => {
    const found = new Float64Array(idle.length);
    strandedOf(Float64Array.from(idle), Float64Array.from(wanting), found);
    return [...found];
  };

  test.each([
    ['nobody wants', [2, 1], [0, 0], [0, 0]],
    ['all of what is wanted', [4, 0], [0, 3], [3, 0]],
    ['all that is idle', [2, 0], [0, 3], [2, 0]],
    ['what one wants itself is not the others', [2, 0], [5, 0], [0, 0]],
    ['two that leave cores idle share what is wanted', [3, 1, 0], [0, 0, 2], [(2 * 2) / 3, (1 * 2) / 3, 0]],
  ])('%s', (_, idle, wanting, expected) => {
    of(idle, wanting).forEach((each, k) => {
      expect(each).toBeCloseTo(expected[k]!, 12);
    });
  });
});

describe('what is written', () => {
  test.each([
    ['apart', 'must be one of none, separate, pin:A=4,B=4, cat, dedicated:CLASS'],
    ['dedicated', 'must be one of'],
    ['separate:a', 'must be one of'],
    ['dedicated:c', "there is no class 'c'; its classes: a, b"],
    ['pin:a', "in which 'a' is no CLASS=CORES"],
    ['pin:a=0', "in which 'a=0' is no CLASS=CORES"],
    ['pin:a=9', "in which 'a=9' is no CLASS=CORES"],
    ['pin:a=5,b=4', 'pins more than the 8 cores of a host'],
    ['pin:a=1,a=2', "pins class 'a' twice"],
  ])('%s is refused', (text, message) => {
    expect(() => isolation(text, ['a', 'b'])).toThrow(message);
  });

  test('none is none', () => {
    expect(isolation('none', [])).toBeUndefined();
  });
});
