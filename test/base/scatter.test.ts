import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {logAxis} from '../../src/base/log-axis.ts';
import {scatter} from '../../src/base/scatter.ts';

describe('a logarithmic axis', () => {
  test('gives equal room to equal factors, and values of 0 a place apart', () => {
    const {at, ticks} = logAxis([1, 10, 100], 4);
    expect([at(1), at(10), at(100)]).toEqual([0, 0.5, 1]);
    expect(ticks.map(({value}) => value)).toEqual([1, 10, 100]);
    const zero = logAxis([0, 1, 100], 4);
    expect([zero.at(0), zero.at(1), zero.at(100)]).toEqual([0, 0.08, 1]);
    expect(zero.ticks[0]).toEqual({value: 0, at: 0});
  });

  test('has round ticks inside it, no more than wanted, in rising order', () => {
    const value = fc.double({min: 1e-6, max: 1e9, noNaN: true});
    fc.assert(
      fc.property(fc.array(value, {minLength: 1, maxLength: 9}), fc.integer({min: 3, max: 12}), (values, most) => {
        const {ticks} = logAxis(values, most);
        const [low, high] = [Math.min(...values), Math.max(...values)];
        expect(ticks.length).toBeLessThanOrEqual(most);
        for (const [k, tick] of ticks.entries()) {
          expect(tick.value).toBeGreaterThanOrEqual(low * (1 - 1e-6));
          expect(tick.value).toBeLessThanOrEqual(high * (1 + 1e-6));
          if (k > 0) expect(tick.value).toBeGreaterThanOrEqual(ticks[k - 1]!.value);
        }
      }),
    );
  });
});

describe('points as text', () => {
  const axes = {x: {title: '$', shown: String}, y: {title: 'cold', shown: String}};

  test('lie where their logarithms say, with their names beside them', () => {
    const points = [
      {x: 1, y: 100, mark: 'o', name: 'left'},
      {x: 100, y: 1, mark: 'o', name: 'right'},
      {x: 10, y: 10, mark: 'x', name: ''},
      {x: Number.NaN, y: 1, mark: '!', name: 'none'},
    ];
    expect(scatter(points, axes, {width: 32, height: 5}).split('\n')).toEqual([
      'cold',
      ' 100┤o left',
      '    │',
      '    │             x',
      '    │',
      '   1┤                    right o',
      '    └┬─────────────────────────┬',
      '     1                       100',
      '                  $',
      '',
    ]);
  });

  test('no line is longer than the room, whatever the points', () => {
    const point = fc.record({
      x: fc.double({min: 0, max: 1e6, noNaN: true}),
      y: fc.double({min: 0, max: 1e6, noNaN: true}),
      mark: fc.constant('o'),
      name: fc.string({minLength: 0, maxLength: 30, unit: fc.constantFrom('a', 'b', ':')}),
    });
    fc.assert(
      fc.property(fc.array(point, {maxLength: 20}), fc.integer({min: 40, max: 120}), (points, width) => {
        const short = {
          x: {title: '$', shown: (v: number) => v.toExponential(0)},
          y: {title: 'y', shown: (v: number) => v.toExponential(0)},
        };
        for (const line of scatter(points, short, {width, height: 12}).split('\n'))
          expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
