import type {CellSetup} from '../../core/cell-setup.ts';
import type {Admission} from '../limits/admission.ts';
import {LimitedWaiting} from '../limits/limited-waiting.ts';
import {Backlog} from './backlog.ts';
import type {FairnessMeter} from './fairness-meter.ts';
import type {QueueTools} from './queue-tools.ts';
import {type StrictQueue, strictQueueOf} from './strict-queue.ts';

/** How calls wait: in the order that was chosen, or by today's rule. */
export function backlogOf(
  {queue, maxWaitUs, sessions}: CellSetup,
  tools: Omit<QueueTools, 'meter'> & {readonly meter: FairnessMeter | undefined},
  admission: Admission | undefined,
): Backlog | StrictQueue {
  const strict = queue && strictQueueOf(queue, maxWaitUs, {...tools, meter: tools.meter!}, admission);
  if (strict) return strict;
  const limited = admission && new LimitedWaiting(admission, tools.fleet.functions.count);
  return new Backlog(tools, maxWaitUs, queue?.coalesce === true, limited, sessions !== undefined);
}
