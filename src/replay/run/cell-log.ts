import type {LogSetup} from '../../scheduler/core/call-log.ts';
import {
  CALL_FIELDS,
  CALL_FN,
  CALLED_US,
  END_US,
  FATE_US,
  ON_HOST,
  ON_INSTANCE,
  START_US,
} from '../../scheduler/core/call-rows.ts';
import type {CellTask, Tell} from './replay-plan.ts';

const POOL_INSTANCES = 1e9;

/**
 * The call log of the task's cell, with functions as rows of the workload, and hosts and instances by numbers of the whole
 * fleet, from 1 on; undefined: nobody asks for it.
 */
export function logOfCell(task: CellTask, tell: Tell): LogSetup | undefined {
  const {asked, cell, cells, firstHost = 0, functions, options, workload} = task;
  if (!asked.calls) return undefined;
  // Times of the log are on the trace's clock, which begins when a warm-up is over.
  const {fleet, fromUs, semantics, untilUs, warmUpUs = 0} = options;
  const unlimited = Math.min(fleet.slots, fleet.memoryMib) === Number.POSITIVE_INFINITY;
  // Hosts are dealt to cells in turn, and so are the numbers of instances.
  const ofFleet = (own: number): number => own * cells + cell + 1;
  // Instances of a batch pool have numbers far above all others.
  const firstInstance = firstHost > 0 ? POOL_INSTANCES : 0;
  return {
    fromUs,
    // With the trace calls end; a run that ends before it cuts them off.
    runsOn: untilUs - warmUpUs >= workload.spanUs && !semantics.lateBinding,
    take(rows) {
      for (let at = 0; at < rows.length; at += CALL_FIELDS) {
        for (const field of [FATE_US, CALLED_US, START_US, END_US]) rows[at + field]! -= warmUpUs;
        rows[at + CALL_FN] = functions.rows[rows[at + CALL_FN]!]!;
        rows[at + ON_HOST] = firstHost + (unlimited ? rows[at + ON_HOST]! + 1 : ofFleet(rows[at + ON_HOST]!));
        rows[at + ON_INSTANCE] = firstInstance + ofFleet(rows[at + ON_INSTANCE]!);
      }
      tell('calls', rows);
    },
  };
}
