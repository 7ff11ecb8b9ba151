import {EventBuilder} from '../../src/workload/build/event-builder.ts';
import {MinuteBuilder, type TraceMeta} from '../../src/workload/build/minute-builder.ts';
import {type EventArrivals, int64At, type MinuteArrivals, type Workload} from '../../src/workload/workload.ts';

/** One call of an event trace, in microseconds. */
export interface EventRow {
  function: string;
  app?: string;
  owner?: string;
  trigger?: string;
  memoryMib?: number;
  at: number;
  duration?: number;
  cold?: number;
}

/** One function and minute of a per-minute trace. */
export interface MinuteRow {
  function: string;
  app?: string;
  owner?: string;
  trigger?: string;
  memoryMib?: number;
  minute: number;
  count: number;
}

export const testMeta: TraceMeta = {source: 'test', startTime: '', licence: '', clampedDurations: 0};

function register(functions: MinuteBuilder['functions'], row: EventRow | MinuteRow): number {
  const f = functions.idOf(row.owner ?? 'owner', row.app ?? 'app', row.function);
  functions.setTrigger(f, row.trigger ?? '');
  if (row.memoryMib !== undefined) functions.raiseMemory(f, row.memoryMib);
  return f;
}

/** A workload of single calls; durations and cold times are there if the first row has them. */
export function eventWorkload(rows: EventRow[]): Workload {
  const builder = new EventBuilder({duration: rows[0]?.duration !== undefined, cold: rows[0]?.cold !== undefined});
  for (const row of rows)
    builder.add(register(builder.functions, row), row.at, row.duration ?? Number.NaN, row.cold ?? Number.NaN);
  return builder.finish(testMeta);
}

/** A workload of per-minute counts; `cover` is the range of minutes the trace has besides those of its rows. */
export function minuteWorkload(rows: MinuteRow[], cover?: [from: number, until: number]): Workload {
  const builder = new MinuteBuilder();
  if (cover) builder.cover(...cover);
  for (const row of rows) builder.add(register(builder.functions, row), row.minute, row.count);
  return builder.finish(testMeta);
}

/** What a workload says, as plain values that compare by content whatever arrays lie beneath. */
export function contentOf(workload: Workload) {
  const {duration, arrivals} = workload;
  const levels = duration.levels.length;
  return {
    meta: workload.meta,
    kind: arrivals.kind,
    levels: [...duration.levels],
    rows: Array.from({length: workload.functions}, (_, f) => ({
      function: workload.name.at(f),
      app: workload.app.values[workload.app.id[f]!],
      owner: workload.owner.values[workload.owner.id[f]!],
      trigger: workload.trigger.values[workload.trigger.id[f]!],
      memoryMib: workload.memoryMib[f],
      durationMs: [duration.meanMs[f], duration.minMs[f], duration.maxMs[f]],
      percentilesMs: [...duration.percentileMs.subarray(f * levels, (f + 1) * levels)],
      calls: arrivals.kind === 'minute' ? minutesOf(arrivals, f) : eventsOf(arrivals, f),
    })),
  };
}

/** [minute, count] pairs of one function. */
export function minutesOf({minute, count}: MinuteArrivals, f: number): [number, number][] {
  return Array.from({length: minute.length[f]!}, (_, i) => [
    minute.values[minute.start[f]! + i]!,
    count.values[count.start[f]! + i]!,
  ]);
}

/** [arrival, duration, cold] of one function in microseconds, as far as the trace has them. */
export function eventsOf({arrivalUs, durationUs, coldUs}: EventArrivals, f: number): number[][] {
  const lists = [arrivalUs, durationUs, coldUs].filter((list) => list !== undefined);
  return Array.from({length: arrivalUs.length[f]!}, (_, i) =>
    lists.map((list) => int64At(list.values, list.start[f]! + i)),
  );
}
