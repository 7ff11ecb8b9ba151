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

  test('of the literature tries a grid of times to live, histograms as published, and both ski rentals', () => {
    const ttls = ['30s', '1m', '2m', '5m', '10m', '20m', '1h', '2h', '4h', '12h', '1d'];
    const histograms = ['range=1h', 'range=4h', 'range=4h,head=0,tail=100', 'range=4h,unit=function'];
    expect(texts(undefined, false)).toEqual(
      expect.arrayContaining([
        ...ttls.map((ttl) => `fixed:ttl=${ttl}`),
        ...histograms.map((given) => `hybrid:${given}`),
        ...['none', 'infinite', 'ski-rental', 'ski-rental:random=yes', 'adaptive', 'predictive', boundPolicy],
      ]),
    );
  });

  test('with limits has orders of eviction besides, at its end', () => {
    const unlimited = texts(undefined, false);
    const limited = texts(undefined, true);
    expect(limited.slice(0, unlimited.length)).toEqual(unlimited);
    expect(limited.slice(unlimited.length)).toEqual(expect.arrayContaining(['lru', 'greedy-dual', 'belady']));
  });

  test('of given policies has the reference and the bound besides, once', () => {
    expect(texts(['none'], true)).toEqual(['none', referencePolicy, boundPolicy]);
    expect(texts([boundPolicy, referencePolicy, boundPolicy], false)).toEqual([boundPolicy, referencePolicy]);
  });

  test('tells what is published from what is ours and from bounds', () => {
    expect(sweepKind(parsePolicy(boundPolicy))).toBe('bound');
    expect(sweepKind(parsePolicy(referencePolicy))).toBe('published');
    expect(sweepKind(parsePolicy('adaptive'))).toBe('ours');
    expect(sweepKind(parsePolicy('belady'))).toBe('bound');
  });
});
