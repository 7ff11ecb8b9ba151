import {describe, expect, test} from 'vitest';
import {functionKeys} from '../../src/fleet/function-keys.ts';
import {EventBuilder} from '../../src/workload/build/event-builder.ts';
import {decodeWorkload} from '../../src/workload/file/arrow-decode.ts';
import {encodeWorkload} from '../../src/workload/file/arrow-encode.ts';
import {scaleWorkload} from '../../src/workload/scale/scale-workload.ts';
import {playerCalls, readSessions} from '../../src/workload/synth/session-calls.ts';
import {int64At, type ListColumn, type Workload} from '../../src/workload/workload.ts';
import {testMeta} from '../helpers/workload.ts';

const list = ({values, start, length}: ListColumn<Int32Array>, f: number) =>
  Array.from({length: length[f]!}, (_, i) => int64At(values, start[f]! + i));

/** Per function: arrival, session, room of each call. */
function calls({arrivals, functions}: Workload): number[][][] {
  if (arrivals.kind !== 'event') throw new Error('is counted');
  const {arrivalUs, session, room} = arrivals;
  return Array.from({length: functions}, (_, f) => {
    const [at, of, within] = [arrivalUs, session!, room!].map((column) => list(column, f));
    return at!.map((us, k) => [us, of![k]!, within![k]!]);
  });
}

const rows = [
  [1, 5, 0, 0],
  [0, 9, 1, 0],
  [0, 3, 2, -1],
  [1, 3, -1, -1],
  [0, 3, 0, 7],
] as const;
const expected = [
  [
    [3, 2, -1],
    [3, 0, 7],
    [9, 1, 0],
  ],
  [
    [3, -1, -1],
    [5, 0, 0],
  ],
];

function built(rowsInMemory?: number): Workload {
  const builder = new EventBuilder({duration: true, cold: false, session: true, room: true}, rowsInMemory);
  for (const name of ['f', 'g']) builder.functions.idOf('', '', name);
  for (const [f, at, session, room] of rows) builder.add(f, at, 10, Number.NaN, session, room);
  return builder.finish(testMeta);
}

/** Through a file and back. */
function filed(workload: Workload): Workload {
  const pieces: Uint8Array[] = [];
  encodeWorkload(workload, {write: (bytes: Uint8Array) => void pieces.push(bytes.slice())} as never);
  const bytes = Buffer.concat(pieces);
  return decodeWorkload(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
}

describe('sessions and rooms of calls', () => {
  test('stay with their calls, sorted in memory or through a file of runs', () => {
    expect(calls(built())).toEqual(expected);
    expect(calls(built(2))).toEqual(expected);
  });

  test('are columns of a workload file', () => {
    expect(calls(filed(built()))).toEqual(expected);
  });

  test('are left out where no call has any', () => {
    const builder = new EventBuilder({duration: true, cold: false, session: true, room: true});
    builder.add(builder.functions.idOf('', '', 'f'), 1, 1, Number.NaN);
    expect(builder.finish(testMeta).arrivals).not.toHaveProperty('session');
  });

  test('of copies are others: nobody plays twice', () => {
    const workload = built();
    const twice = scaleWorkload(workload, {factor: new Float64Array(2).fill(2), key: functionKeys(workload), seed: 1});
    const numbers = calls(twice).flatMap((its) => its.map(([, session]) => session!));
    expect(numbers.toSorted((a, b) => a - b)).toEqual([-1, -1, 0, 0, 1, 2, 3, 3, 4, 5]);
  });
});

describe('made players', () => {
  const asked = {functions: 2, spanUs: 120e6, meanDurationUs: 10_000, seed: 3};
  const players = readSessions('players=400,rooms=20,actions=2,length=30s', '--sessions');
  const workload = playerCalls(players, asked);

  test('are as many as asked, in rooms and sessions that last as long on average', () => {
    const all = calls(workload).flat();
    // 400 x 2 x 120 actions, Poisson.
    expect(Math.abs(all.length - 96_000)).toBeLessThan(4 * Math.sqrt(96_000));
    const rooms = new Map<number, Set<number>>();
    for (const [, session, room] of all) rooms.set(session!, (rooms.get(session!) ?? new Set()).add(room!));
    expect([...rooms.values()].every((its) => its.size === 1)).toBe(true);
    expect(new Set(all.map(([, , room]) => room)).size).toBe(20);
    // 400 at first, and 400 x 120 / 30 that come later; a session of less than half a second may have no action.
    const sessions = 400 + 1600;
    expect(Math.abs(rooms.size - sessions * (1 - 1 / (1 + 2 * 30)))).toBeLessThan(5 * Math.sqrt(1600));
  });

  test('depend on the seed alone', () => {
    expect(calls(playerCalls(players, asked))).toEqual(calls(workload));
    expect(calls(playerCalls(players, {...asked, seed: 4}))).not.toEqual(calls(workload));
  });

  test.each([
    ['players=0,rooms=1', /players/],
    ['rooms=1', /needs players/],
    ['players=1,rooms=1,length=0s', /length is 0s/],
    ['players=1,rooms=1,rate=5', /rate=5/],
  ])('%s is refused', (text, message) => {
    expect(() => readSessions(text, '--sessions')).toThrow(message);
  });
});
