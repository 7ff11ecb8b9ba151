import {describe, expect, test} from 'vitest';
import {cellReader, textOf, valueAt} from '../../src/files/nested.ts';

describe('a path of keys', () => {
  const value = {
    a: {b: 1, 'b.c': 2, d: '{"e":{"f":[7]}}'},
    'a.b': {c: 3},
    'x.y': 4,
    list: [{k: 5}],
    nothing: null,
  };

  test.each([
    ['a.b.c', 3],
    ['a.b', {c: 3}],
    ['a.b\\.c', 2],
    ['x.y', 4],
    ['x\\.y', 4],
    ['a.d.e.f', [7]],
    ['list.0.k', 5],
    ['a.z', undefined],
    ['nothing.k', undefined],
    ['constructor', undefined],
  ])('%s is %j', (path, found) => {
    expect(valueAt(value, path)).toEqual(found);
  });

  test('begins with a column of a table and goes on in the JSON of its cells', () => {
    const header = ['t', 'customDimensions', 'a.b'];
    const cells = ['1', '{"InvocationId":"i-1","deep":{"er":2}}', '3'];
    const read = (column: string) => cellReader(header, column)?.(cells);
    expect(
      ['t', 'a.b', 'customDimensions.InvocationId', 'customDimensions.deep.er', 'customDimensions.none'].map(read),
    ).toEqual(['1', '3', 'i-1', '2', '']);
    expect(cellReader(header, 'other.InvocationId')).toBeUndefined();
  });

  test('is a cell of text', () => {
    expect([undefined, null, 'x', 1.5, true, {a: [1]}].map(textOf)).toEqual(['', '', 'x', '1.5', 'true', '{"a":[1]}']);
  });
});
