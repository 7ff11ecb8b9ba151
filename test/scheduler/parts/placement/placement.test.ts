import {describe, expect, test} from 'vitest';
import {Random} from '../../../../src/base/random.ts';
import type {HostShape} from '../../../../src/fleet/host-shape.ts';
import {AT_HAND} from '../../../../src/scheduler/core/at-hand.ts';
import {Hosts} from '../../../../src/scheduler/core/hosts.ts';
import {NONE} from '../../../../src/scheduler/core/instances.ts';
import type {Placement} from '../../../../src/scheduler/parts/placement/placement.ts';
import {placements} from '../../../../src/scheduler/parts/placement/registry.ts';
import {keepsRegistryContract} from '../../../helpers/registry.ts';

describe('placements', () => keepsRegistryContract('--placement', placements));

const {names} = placements;

function made(name: string, hosts: Hosts, seed: number): Placement {
  const context = {hosts, random: new Random(seed), expectedUs: new Float64Array(1), atHand: new Float64Array(AT_HAND)};
  return placements.named(name).create({}, context);
}
const {POSITIVE_INFINITY} = Number;

const shapes: HostShape[] = [
  {count: 1, slots: 3, memoryMib: POSITIVE_INFINITY},
  {count: 5, slots: 4, memoryMib: POSITIVE_INFINITY},
  {count: 7, slots: POSITIVE_INFINITY, memoryMib: 700},
  {count: 8, slots: 4, memoryMib: 900},
  {count: 13, slots: 2, memoryMib: 512},
  {count: 33, slots: 5, memoryMib: 640},
];

/** Fills and empties hosts at random, asking at every step; `check` sees the choice and the hosts that fit. */
function churn(
  name: string,
  shape: HostShape,
  seed: number,
  check: (choice: number, fitting: number[], hosts: Hosts) => void,
): void {
  const random = new Random(seed);
  const hosts = new Hosts(shape);
  const placement = made(name, hosts, seed);
  const placed: {host: number; memoryMib: number}[] = [];
  for (let turn = 0; turn < 300; turn++) {
    if (placed.length > 0 && random.below(20) < 9) {
      const [gone] = placed.splice(random.below(placed.length), 1);
      hosts.release(gone!.host, gone!.memoryMib);
      placement.changed?.(gone!.host);
    } else {
      const memoryMib = [64, 100, 128.5, 256, 600][random.below(5)]!;
      const fitting = Array.from({length: shape.count}, (_, h) => h).filter(
        (h) => hosts.freeSlots[h]! >= 1 && hosts.freeMib[h]! >= memoryMib,
      );
      const host = placement.choose(memoryMib, 0);
      check(host, fitting, hosts);
      if (host === NONE) continue;
      hosts.take(host, memoryMib);
      placement.changed?.(host);
      placed.push({host, memoryMib});
    }
  }
}

describe.each(names)('%s', (name) => {
  test('chooses a host that fits, and none only when none does', () => {
    for (const [k, shape] of shapes.entries()) {
      for (let seed = 0; seed < 10; seed++) {
        churn(name, shape, seed, (choice, fitting) => {
          if (fitting.length === 0) expect(choice, `shape ${k}`).toBe(NONE);
          else expect(fitting, `shape ${k}`).toContain(choice);
        });
      }
    }
  });

  test('the same seed makes the same choices', () => {
    const choices = (seed: number) => {
      const made: number[] = [];
      churn(name, shapes[5]!, seed, (choice) => made.push(choice));
      return made;
    };
    expect(choices(3)).toEqual(choices(3));
  });
});

/** The choice by plain search: the host with the highest score, lowest number first. */
function highest(fitting: number[], score: (host: number) => number): number {
  return fitting.reduce((best, host) => (score(host) > score(best) ? host : best), fitting[0]!);
}

function share(host: number, {freeSlots, freeMib, shape}: Hosts): number {
  const slots = shape.slots === POSITIVE_INFINITY ? 1 : freeSlots[host]! / shape.slots;
  return Math.min(slots, shape.memoryMib === POSITIVE_INFINITY ? 1 : freeMib[host]! / shape.memoryMib);
}

const scores: [string, (host: number, hosts: Hosts) => number][] = [
  ['first-fit', (host) => -host],
  ['best-fit', (h, {shape, freeMib, freeSlots}) => -(shape.memoryMib === POSITIVE_INFINITY ? freeSlots : freeMib)[h]!],
  ['least-loaded', share],
];

test.each(scores)('%s chooses what a search over all hosts chooses', (name, score) => {
  for (const shape of shapes) {
    for (let seed = 0; seed < 10; seed++) {
      churn(name, shape, seed, (choice, fitting, hosts) => {
        if (fitting.length > 0) expect(choice).toBe(highest(fitting, (host) => score(host, hosts)));
      });
    }
  }
});

test('round-robin goes round: with room everywhere each host gets the same number', () => {
  const hosts = new Hosts({count: 7, slots: 100, memoryMib: POSITIVE_INFINITY});
  const placement = made('round-robin', hosts, 1);
  const chosen = Array.from({length: 21}, () => {
    const host = placement.choose(1, 0);
    hosts.take(host, 1);
    return host;
  });
  expect(chosen).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6]);
});

/** Fullest host after placing `n` instances on as many hosts of many slots. */
function fullest(name: string, n: number, seed: number): number {
  const hosts = new Hosts({count: n, slots: 1000, memoryMib: POSITIVE_INFINITY});
  const placement = made(name, hosts, seed);
  for (let k = 0; k < n; k++) {
    const host = placement.choose(1, 0);
    hosts.take(host, 1);
    placement.changed?.(host);
  }
  return 1000 - Math.min(...hosts.freeSlots);
}

test('two choices balance far better than one: the fullest of 4,096 hosts holds about ln ln n against ln n / ln ln n', () => {
  for (let seed = 0; seed < 5; seed++) {
    expect(fullest('random', 4096, seed)).toBeGreaterThanOrEqual(5);
    expect(fullest('power-of-two', 4096, seed)).toBeLessThanOrEqual(4);
    expect(fullest('least-loaded', 4096, seed)).toBe(1);
  }
});

test('random placement uses every host about equally often', () => {
  const count = 20;
  const hosts = new Hosts({count, slots: 1e6, memoryMib: POSITIVE_INFINITY});
  const placement = made('random', hosts, 7);
  const times = new Array<number>(count).fill(0);
  for (let k = 0; k < 20_000; k++) times[placement.choose(1, 0)]! += 1;
  // Five standard deviations of a binomial with mean 1000.
  for (const n of times) expect(Math.abs(n - 1000)).toBeLessThan(155);
});
