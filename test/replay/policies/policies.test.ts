import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {isBound} from '../../../src/replay/policies/policy.ts';
import {policies} from '../../../src/replay/policies/registry.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {madeOf} from '../../helpers/policies.ts';
import {keepsRegistryContract} from '../../helpers/registry.ts';
import {eventWorkload} from '../../helpers/workload.ts';

describe('policies', () => keepsRegistryContract('--policy', policies));

/** Those that need nothing but the calls themselves. */
const alone = policies.parts.filter((policy) => policy.prepare === undefined && !isBound(policy));

describe.each(alone)('$name', ({name, kind, scope, summary}) => {
  test('that ranks what a full fleet gives up sees more than its own function', () => {
    if (madeOf(name).eviction !== undefined) expect(scope).toBe('cell');
  });

  test('with a constant time to live of its own function learns nothing, so lanes may serve', () => {
    const {constantUs, onArrival, onFinish, onWake, renewUs, keepAliveUs} = madeOf(name);
    if (constantUs === undefined) return;
    expect([onArrival, onFinish, onWake, renewUs]).toEqual([undefined, undefined, undefined, undefined]);
    for (const fn of [0, 1, 2]) expect(keepAliveUs(fn, 5, false)).toBe(constantUs);
  });

  test('says whose it is as its summary does', () => {
    expect(summary.startsWith('ours')).toBe(kind === 'ours');
    expect(summary.startsWith('knows')).toBe(kind === 'bound');
  });
});

/** Calls of one function, in bursts of up to `most`, some close together, some far apart. */
function callsOf(name: string, seed: number, bursts: number, most: number) {
  const random = new Random(seed);
  let at = 0;
  return Array.from({length: bursts}, () => {
    at += Math.ceil(random.exponential() * (random.below(3) === 0 ? 400e6 : 5e6));
    return Array.from({length: 1 + random.below(most)}, (_, k) => {
      return {function: name, app: 'app', at: at + k * 700_000, duration: Math.ceil(random.exponential() * 3e6)};
    });
  }).flat();
}

test.each(alone.filter(({scope}) => scope === 'function'))(
  '$name, whose scope is the function, does the same whatever the others do',
  async ({name}) => {
    const own = callsOf('a', 1, 200, 6);
    const idleUs: number[] = [];
    const cold: number[] = [];
    for (const seed of [2, 3]) {
      const others = callsOf('b', seed, 40 * seed, 4 * seed);
      const workload = eventWorkload([...own, ...others]);
      const [ledger] = await replay(workload, [parsePolicy(name)], testOptions(workload, {untilUs: 2 * 3600e6}));
      expect(workload.name.at(0)).toBe('a');
      expect(ledger!.functions.startingUs[1]).toBeGreaterThan(0);
      idleUs.push(ledger!.functions.idleUs[0]!);
      cold.push(ledger!.functions.cold[0]!);
    }
    expect([idleUs[1], cold[1]]).toEqual([idleUs[0], cold[0]]);
  },
);
