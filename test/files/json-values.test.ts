import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {TraceBytes} from '../../src/files/bytes.ts';
import {eachJsonValue, firstJsonValues} from '../../src/files/json-values.ts';
import {partialJson} from '../../src/files/partial-json.ts';
import {RowTally} from '../../src/files/rows.ts';

/** The text in pieces of `size` bytes, as a file or a pipe may hand it over. */
function pieces(text: string, size: number): TraceBytes {
  const bytes = Buffer.from(text);
  // Each chunk is overwritten once it has been passed, as those of files are.
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) {
      const chunk = Buffer.from(bytes.subarray(at, at + size));
      yield chunk;
      chunk.fill(0);
    }
  }
  return {file: 'x.json', head: bytes, chunks: chunks(), fingerprint: () => '', close: async () => undefined};
}

async function valuesOf(text: string, envelopes: string[] = [], size = 1 << 16) {
  const tally = new RowTally(false);
  const found: [unknown, string][] = [];
  await eachJsonValue(pieces(text, size), envelopes, tally, (value, path, marks) => {
    found.push([value, path]);
    marks.took(undefined);
  });
  return {found, values: found.map(([value]) => value), tally};
}

describe('JSON of whatever shape', () => {
  const objects = [{a: 1}, {a: '}"{,\\', b: [1, {c: null}]}, {a: {deep: {er: [[]]}}, é: '🚀'}];
  test.each<[string, (values: object[]) => string]>([
    ['an object a line', (values) => values.map((value) => JSON.stringify(value)).join('\n')],
    [
      'an object a line behind a byte order mark',
      (values) => `\ufeff${values.map((v) => JSON.stringify(v)).join('\r\n')}`,
    ],
    ['one array', (values) => JSON.stringify(values)],
    ['one array over many lines', (values) => JSON.stringify(values, undefined, 2)],
    ['objects over many lines', (values) => values.map((value) => JSON.stringify(value, undefined, 2)).join('\n')],
    ['objects one behind the other', (values) => values.map((value) => JSON.stringify(value, undefined, 1)).join('')],
    ['arrays a line', (values) => values.map((value) => JSON.stringify([value])).join('\n')],
    ['an array with an object a line', (values) => `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]`],
    ['objects behind a line of wsk', (values) => `ok: got activation 1f\n${JSON.stringify(values, undefined, 4)}`],
  ])('%s gives its objects, in chunks of any size', async (_, write) => {
    for (const size of [1, 2, 3, 7, 64, 1 << 16]) {
      const {values, tally} = await valuesOf(write(objects), [], size);
      expect(values, `chunks of ${size}`).toEqual(objects);
      expect([tally.read, tally.skipped]).toEqual([3, 0]);
    }
  });

  test('elements of an envelope come one by one, what is left of it after them', async () => {
    const text = JSON.stringify({events: [{a: 1}, {a: 2}], nextToken: 'x', other: [3]}, undefined, 1);
    for (const size of [1, 5, 1 << 16]) {
      expect((await valuesOf(text, ['events'], size)).found).toEqual([
        [{a: 1}, 'events'],
        [{a: 2}, 'events'],
        [{events: [], nextToken: 'x', other: [3]}, ''],
      ]);
    }
  });

  test('an envelope may lie within another, and on one line', async () => {
    const value = {status: 'success', data: {resultType: 'matrix', result: [{m: 1}, {m: 2}]}, infos: ['x']};
    for (const text of [JSON.stringify(value), JSON.stringify(value, undefined, 2)]) {
      expect((await valuesOf(text, ['data.result'])).found).toEqual([
        [{m: 1}, 'data.result'],
        [{m: 2}, 'data.result'],
        [{...value, data: {resultType: 'matrix', result: []}}, ''],
      ]);
    }
  });

  test('an array of the same name elsewhere is none of an envelope', async () => {
    const value = {inner: {events: [1]}, list: [{events: [2]}]};
    expect((await valuesOf(JSON.stringify(value, undefined, 1), ['events'])).values).toEqual([value]);
  });

  test('any objects come out as they went in, whatever the chunks', async () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, {minLength: 1}),
        fc.integer({min: 1, max: 40}),
        fc.boolean(),
        async (all, size, pretty) => {
          const text = JSON.stringify(all, undefined, pretty ? 1 : undefined);
          expect((await valuesOf(text, ['events'], size)).values).toEqual(JSON.parse(text));
        },
      ),
      {numRuns: 200},
    );
  });

  test('a broken line is skipped and spoils no other; a broken element neither', async () => {
    const lines = await valuesOf('{"a":1}\n{broken\n{"a":2}\n');
    expect([lines.values, lines.tally.first.map(({line}) => line)]).toEqual([[{a: 1}, {a: 2}], [2]]);
    const array = await valuesOf('[\n{"a":1},\n{"a":},\n{"a":2}]');
    expect([array.values, array.tally.first.map(({line}) => line)]).toEqual([[{a: 1}, {a: 2}], [3]]);
  });

  test('an end that is missing is said', async () => {
    const {values, tally} = await valuesOf('[\n{"a":1},\n{"a":2');
    expect(values).toEqual([{a: 1}]);
    expect(tally.first).toEqual([
      {file: 'x.json', line: 3, reason: "the value is 'cut', must be complete: the end of the file is missing"},
    ]);
  });

  test('what is nested beyond reason is bad input', async () => {
    await expect(valuesOf('['.repeat(1000))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('nested too deep'),
    });
  });
});

describe('the beginning of JSON', () => {
  test('tells as much of its values as is there', () => {
    const text = '[{"a": [1, 2, {"b": "x"}], "c": true}, {"a": null, "d": "cu';
    expect(firstJsonValues(Buffer.from(text))).toEqual([{a: [1, 2, {b: 'x'}], c: true}, {a: null}]);
    expect(firstJsonValues(Buffer.from('{"a":1}\n{"b":{"c":[1'))).toEqual([{a: 1}, {b: {c: [1]}}]);
    expect(firstJsonValues(Buffer.from('[INFO] no JSON at all'))).toEqual([]);
  });

  test('is the whole value when nothing is missing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__'));
        expect(partialJson(text, 0).value).toEqual(JSON.parse(text));
      }),
    );
  });

  test('never runs away, wherever it is cut', () => {
    const text = JSON.stringify({a: [{b: 'x\\"y', c: [1, 2.5e3, null]}, 'z'], d: {e: {f: false}}});
    for (let end = 0; end <= text.length; end++)
      expect(partialJson(text.slice(0, end), 0).end).toBeLessThanOrEqual(end);
  });
});
