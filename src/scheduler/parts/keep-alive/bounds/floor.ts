import type {Entry} from '../../../../base/part.ts';
import type {PriceSheet} from '../../../../cost/prices.ts';
import {finishedBy} from '../../../../demand/levels/finished-by.ts';
import type {Future, Sweep} from '../keep-alive.ts';

/** All calls, each with how long its instance takes to start. */
export interface TimedFuture extends Future {
  /** If the call is cold. [call] */
  readonly coldUs: Float64Array;
  /** If it is started ahead of the call: at least so long. [call] */
  readonly startUs: Float64Array;
}

/** What a bound knows of a cell: its calls, and what time costs. */
export interface FloorContext {
  readonly future: TimedFuture;
  readonly memoryMib: Float64Array; // [function]
  readonly prices: PriceSheet;
  /** The counted part begins: idle time before it costs nothing. */
  readonly fromUs: number;
  /** A call may be served without a start of its own although nothing idles: it waits until something is free. */
  readonly waits: boolean;
  /** A call may be lost although it fits on a host: a full fleet turns it away, or its caller gives up. */
  readonly loses: boolean;
}

/** The calls of one function as a bound serves them, in order of arrival. */
export interface FlooredCalls {
  /** When each begins to run. [call] */
  readonly beginUs: Float64Array;
  /** Since when its instance idles, or starts, for it. [call] */
  readonly heldUs: Float64Array;
  /** 1: the instance was kept for it since its last call; 0: it was started. [call] */
  readonly kept: Uint8Array;
  /** When the last call of a kept instance is over. [call] */
  readonly freedUs: Float64Array;
  /** How long its caller waits. [call] */
  readonly delayUs: Float64Array;
  /** Calls that are not kept for are cold; else their instances are started ahead of them. */
  readonly cold: boolean;
  /** No call is cold that could have been kept for. */
  readonly forced: boolean;
}

/**
 * A policy that knows the future, and whose cost no other can undercut. It is no policy of a scheduler: what it may do
 * without is left out, so its runs are computed from the calls, function by function, and no limit binds them.
 */
export interface BoundPart extends Entry {
  readonly kind: 'bound';
  readonly scope: 'function';
  readonly parameters: Readonly<Record<string, never>>;
  readonly sweep: Sweep;
  readonly prepare?: undefined;
  /** The calls of each function of a cell. */
  floor(context: FloorContext): (fn: number) => FlooredCalls;
  /** No schedule costs so little, even on a fleet without limits. */
  relaxes(context: FloorContext): boolean;
}

/** The calls of `fn`; columns are views. */
export function callsOf({start, arrivalUs, durationUs, coldUs, startUs}: TimedFuture, fn: number) {
  const [from, to] = [start[fn]!, start[fn + 1]!];
  return {
    arrivalUs: arrivalUs.subarray(from, to),
    durationUs: durationUs.subarray(from, to),
    coldUs: coldUs.subarray(from, to),
    startUs: startUs.subarray(from, to),
  };
}

/**
 * Since when the instance that each call needs would be idle if none had gone, no call waiting; -Infinity where more run
 * than ever before. Level by level (see LevelSlots): a finish frees a level, the next call that brings the number of
 * running calls back to it ends the gap. A finish at the time of a call comes first. [call]
 */
export function freedUs(arrivalUs: Float64Array, endUs: Float64Array): Float64Array {
  const finishUs = endUs.slice().sort();
  const finishedAt = finishedBy(arrivalUs, endUs, finishUs);
  // Finishes whose level has not been needed again; the top is the level next needed.
  const free = new Int32Array(arrivalUs.length);
  let freed = 0;
  let finished = 0;
  return arrivalUs.map((_, k) => {
    while (finished < finishedAt[k]!) free[freed++] = finished++;
    return freed > 0 ? finishUs[free[--freed]!]! : Number.NEGATIVE_INFINITY;
  });
}
