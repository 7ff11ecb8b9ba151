import type {CellOutcome} from '../ledger.ts';
import type {Unit} from './units.ts';

/**
 * Hands outcomes on in the order of their tasks, whoever of the threads is ready first: sums beyond 2^53 depend on the
 * order in which they are made.
 */
export function inOrder(
  tasks: readonly Unit[],
  take: (task: Unit, outcomes: CellOutcome[]) => void,
): (task: Unit, outcomes: CellOutcome[]) => void {
  const keyOf = ([first]: Unit): string => `${first!.policy} ${first!.cell}`;
  const early = new Map<string, CellOutcome[]>();
  let next = 0;
  return (task, outcomes) => {
    early.set(keyOf(task), outcomes);
    for (; next < tasks.length; next++) {
      const due = tasks[next]!;
      const ready = early.get(keyOf(due));
      if (ready === undefined) return;
      early.delete(keyOf(due));
      take(due, ready);
    }
  };
}
