import {describe, expect, test} from 'vitest';
import {priceSheets} from '../../../src/cost/sheets.ts';
import {coldTimes} from '../../../src/fleet/cold-time/registry.ts';
import {platforms} from '../../../src/replay/platforms/registry.ts';
import {policies} from '../../../src/replay/policies/registry.ts';
import {keepsRegistryContract, leastChoice} from '../../helpers/registry.ts';

describe('platforms', () => keepsRegistryContract('--platform', platforms));

describe.each(platforms.parts)('$name', (part) => {
  const platform = part.create(platforms.parse(leastChoice(part)).values, undefined);

  test('says in flags what it is: a policy, cold times, calls an instance and a sheet with its source', () => {
    const {policy, cold, concurrency, prices} = platform.flags;
    expect(() => policies.parse(policy!)).not.toThrow();
    expect(() => coldTimes.parse(cold!)).not.toThrow();
    expect(Number(concurrency)).toBeGreaterThanOrEqual(0);
    expect(priceSheets[prices!]!.source).toBeDefined();
    expect(priceSheets[prices!]!.sheet).toMatchObject({delayUsdPerHour: 0, dropUsd: 0});
  });

  test('says what its numbers assume, and crosses threads', () => {
    expect(platform.notes.length).toBeGreaterThan(0);
    for (const note of platform.notes) expect(note).toMatch(/^\S.*[^.]$/);
    expect(structuredClone(platform)).toEqual(platform);
  });
});
