import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {fileDigest, valueDigest} from '../../src/files/digest.ts';
import {Frames, FramesToCome} from '../../src/files/frames.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const path = join(folder, 'a.frames');
const values = [{a: Float64Array.of(1, Number.NaN, -0), b: 'é'}, [1n, null, undefined], new Int32Array(0), 'last'];

function write(header: object = {what: 'a test'}): Buffer {
  const frames = new FramesToCome();
  for (const value of values) frames.put(value);
  frames.write(path, true, header);
  return readFileSync(path);
}

describe('a file of values', () => {
  test('has all of them, in any order, and its header', () => {
    write();
    const frames = new Frames(path, 'a test');
    expect([frames.header, frames.count]).toEqual([{what: 'a test'}, 4]);
    for (const k of [2, 0, 3, 1, 0]) expect(frames.value(k)).toEqual(values[k]);
    frames.close();
  });

  test('is refused when a byte of it differs, wherever, or when it is cut off or goes on', () => {
    const whole = write();
    const random = new Random(3);
    for (let n = 0; n < 200; n++) {
      const bent = Buffer.from(whole);
      bent[Math.floor(random.next() * bent.length)]! ^= 1 << Math.floor(random.next() * 8);
      const cut = whole.subarray(0, Math.floor(random.next() * whole.length));
      for (const wrong of [bent, cut, Buffer.concat([whole, Buffer.of(0)])]) {
        writeFileSync(path, wrong);
        expect(() => new Frames(path, 'a test')).toThrow(/damaged or only half written|is not a test/);
      }
    }
  });
});

describe('a digest', () => {
  test('of values is that of what they are: order of keys and what is undefined do not matter', () => {
    expect(valueDigest({b: [1, 'x'], a: Float64Array.of(1)})).toBe(
      valueDigest({a: Float64Array.of(1), b: [1, 'x'], c: undefined}),
    );
    const different = [
      {a: 1},
      {a: '1'},
      {a: [1]},
      {b: 1},
      {a: -0},
      {a: 0},
      {a: Float64Array.of(1)},
      {a: Float32Array.of(1)},
      {a: Int32Array.of(1)},
      {a: null},
      {},
      [],
      '',
      ['a', 'b'],
      ['ab', ''],
      [['a'], 'b'],
      ['a', ['b']],
      new Map([['a', 1]]),
    ];
    expect(new Set(different.map(valueDigest)).size).toBe(different.length);
  });

  test('of a file is SHA-256', async () => {
    writeFileSync(path, 'abc');
    expect(await fileDigest(path)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
