import type {CellOutcome} from '../ledger.ts';
import type {TaskId} from './replay-plan.ts';

/**
 * Hands outcomes on in the order of their tasks, whoever of the threads is ready first: sums beyond 2^53 depend on the
 * order in which they are made.
 */
export function inOrder(
  tasks: readonly TaskId[],
  take: (task: TaskId, outcome: CellOutcome) => void,
): (task: TaskId, outcome: CellOutcome) => void {
  const keyOf = ({policy, cell}: TaskId): string => `${policy} ${cell}`;
  const early = new Map<string, CellOutcome>();
  let next = 0;
  return (task, outcome) => {
    early.set(keyOf(task), outcome);
    for (; next < tasks.length; next++) {
      const due = tasks[next]!;
      const ready = early.get(keyOf(due));
      if (ready === undefined) return;
      early.delete(keyOf(due));
      take(due, ready);
    }
  };
}
