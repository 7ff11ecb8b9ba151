import {expect, test} from 'vitest';
import type {CellOutcome} from '../../../src/replay/ledger.ts';
import {inOrder} from '../../../src/replay/run/in-order.ts';

test('outcomes are handed on in the order of tasks, in whatever order they come', () => {
  const units = [0, 1, 2, 3].map((cell) => [{policy: cell % 2, cell}]);
  for (const arrival of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 3, 0, 2],
  ]) {
    const taken: string[] = [];
    const take = inOrder(units, ([task], [outcome]) => taken.push(`${task!.cell} ${outcome!.peakSlots}`));
    // As a message from a thread they are copies.
    for (const k of arrival) take([{...units[k]![0]!}], [{peakSlots: 10 * k} as CellOutcome]);
    expect(taken).toEqual(['0 0', '1 10', '2 20', '3 30']);
  }
});
