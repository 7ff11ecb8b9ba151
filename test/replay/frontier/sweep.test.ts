import {describe, expect, test} from 'vitest';
import {boundPolicy, referencePolicy, sweepKind, sweepPolicies} from '../../../src/replay/frontier/sweep.ts';
import {policies} from '../../../src/replay/policies/registry.ts';
import {parsePolicy} from '../../helpers/options.ts';

const texts = (given: readonly string[] | undefined, limited: boolean): string[] =>
  sweepPolicies(given, limited).map(({text}) => text);

describe('a sweep', () => {
  test('tries what every policy declares, and in a fleet with limits what differs there', () => {
    for (const limited of [false, true]) {
      const declared = policies.parts
        .filter(({sweep}) => limited || sweep.fleets === 'all')
        .flatMap(({name, sweep}) =>
          sweep.variants.map((given) => parsePolicy(given === '' ? name : `${name}:${given}`)),
        );
      expect(texts(undefined, limited).toSorted()).toEqual(declared.map(({text}) => text).toSorted());
    }
  });

  test('without limits is these', () => {
    expect(texts(undefined, false)).toEqual([
      'none',
      ...['30s', '1m', '2m', '5m', '10m', '20m', '1h', '2h', '4h', '12h', '1d'].map((ttl) => `fixed:ttl=${ttl}`),
      'infinite',
      'hybrid:range=1h',
      'hybrid:range=4h',
      'hybrid:range=4h,head=0,tail=100',
      'hybrid:range=4h,unit=function',
      'hazard',
      'ski-rental',
      'ski-rental:random=yes',
      'adaptive',
      'predictive',
      'clairvoyant-keep',
      'clairvoyant',
    ]);
  });

  test('with limits has orders of eviction besides', () => {
    const more = ['lru', 'greedy-dual', 'freq', 'size', 'landlord', 'belady'];
    expect(texts(undefined, true)).toEqual([...texts(undefined, false), ...more]);
  });

  test('of given policies has the reference and the bound besides, once', () => {
    expect(texts(['none'], true)).toEqual(['none', referencePolicy, boundPolicy]);
    expect(texts([boundPolicy, referencePolicy, boundPolicy], false)).toEqual([boundPolicy, referencePolicy]);
  });

  test('tells what is published from what is ours and from bounds', () => {
    expect(sweepKind(parsePolicy(boundPolicy))).toBe('bound');
    expect(sweepKind(parsePolicy(referencePolicy))).toBe('published');
    const ofKind = (kind: string) => policies.parts.filter((policy) => policy.kind === kind).map(({name}) => name);
    expect(ofKind('ours')).toEqual(['adaptive', 'plan', 'predictive']);
    expect(ofKind('bound')).toEqual(['clairvoyant-keep', 'clairvoyant', 'belady']);
  });
});
