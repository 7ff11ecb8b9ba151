import {US_PER_SECOND} from '../../base/units.ts';
import {noUsage, type Usage} from '../../cost/bill.ts';
import type {Plan} from '../make-plan.ts';

/** What a mean day of the plan uses, kept slots and all beyond them: what a replay of it would be billed for. */
export function expectedUsage({outcome, terms, demand}: Plan): Usage {
  const {coldOf, busyOf, idleOf, callsPerDay} = outcome;
  const {unseen} = demand;
  const unseenStarting = (unseen.coldPerDay * meanOf(terms.cold.meanUs)) / US_PER_SECOND;
  // Their busy time is known by memory alone: as much as those that start have.
  const unseenBusy = unseen.coldGb > 0 ? unseen.busyGbSecondsPerDay / unseen.coldGb : 0;
  const seconds = {idle: unseen.idleSecondsPerDay, starting: unseenStarting, waiting: unseenStarting, busy: unseenBusy};
  const gbSeconds = {
    idle: unseen.idleGbSecondsPerDay,
    starting: unseen.coldGb * unseenStarting,
    busy: unseen.busyGbSecondsPerDay,
  };
  for (let f = 0; f < demand.functions; f++) {
    const gb = terms.memoryMib[f]! / 1024;
    const starting = (coldOf[f]! * terms.cold.meanUs[f]!) / US_PER_SECOND;
    seconds.idle += idleOf[f]!;
    seconds.starting += starting;
    seconds.busy += busyOf[f]!;
    seconds.waiting += starting * (demand.waitsPerCold?.[f] ?? 1);
    gbSeconds.idle += gb * idleOf[f]!;
    gbSeconds.starting += gb * starting;
    gbSeconds.busy += gb * busyOf[f]!;
  }
  return {
    ...noUsage,
    idleSlotUs: seconds.idle * US_PER_SECOND,
    startingSlotUs: seconds.starting * US_PER_SECOND,
    idleVcpuSeconds: seconds.idle,
    activeVcpuSeconds: seconds.busy + seconds.starting,
    idleGbSeconds: gbSeconds.idle,
    startingGbSeconds: gbSeconds.starting,
    executionGbSeconds: gbSeconds.busy,
    requests: callsPerDay,
    // A plan expects nobody to wait but for a start of his own or one that he joins, and to lose no call.
    startDelayUs: seconds.waiting * US_PER_SECOND,
    lost: 0,
  };
}

function meanOf(column: Float64Array): number {
  return column.length === 0 ? 0 : column.reduce((sum, value) => sum + value, 0) / column.length;
}
