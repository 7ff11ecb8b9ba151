import type {ContentionClass} from '../../src/fleet/contention/contention-class.ts';
import {noClass} from '../../src/fleet/contention/contention-class.ts';
import type {Isolation} from '../../src/fleet/contention/isolation.ts';
import {Cell} from '../../src/scheduler/core/cell.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';

const {POSITIVE_INFINITY} = Number;

export interface Call {
  readonly fn: number;
  readonly arrivalUs: number;
  readonly workUs: number;
}

export interface Setup {
  readonly cores: number;
  readonly classes: readonly ContentionClass[];
  /** Class of each function; -1: none. */
  readonly classOf: readonly number[];
  readonly isolation?: Isolation | undefined;
  readonly hosts?: number;
  readonly slots?: number;
  readonly coldUs?: number;
  readonly places?: number;
  readonly timeoutUs?: number;
  readonly endUs?: number;
}

/** When calls end, by the core: function and time of each end, in order. */
export function ends(calls: readonly Call[], setup: Setup): {fn: number; atUs: number}[] {
  return cellOf(calls, setup).ended;
}

export function cellOf(calls: readonly Call[], setup: Setup): {cell: Cell; ended: {fn: number; atUs: number}[]} {
  const {
    cores,
    classes,
    classOf,
    hosts = 1,
    slots = POSITIVE_INFINITY,
    coldUs = 0,
    places,
    timeoutUs,
    isolation,
  } = setup;
  const functions = classOf.length;
  const cell = new Cell({
    memoryMib: new Float64Array(functions).fill(1),
    hosts: {count: hosts, slots, memoryMib: POSITIVE_INFINITY},
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => coldUs, meanUs: () => coldUs},
    maxWaitUs: POSITIVE_INFINITY,
    contention: {cores, classes, classOf: Int32Array.from(classOf), isolation},
    hostGroupOf: isolation?.hostGroup && Int32Array.from(classOf, (its) => isolation.hostGroup!.at(its)!),
    places: places === undefined ? undefined : new Int32Array(functions).fill(places),
    limits:
      timeoutUs === undefined
        ? undefined
        : {timeoutUs: new Float64Array(functions).fill(timeoutUs), othersSlots: POSITIVE_INFINITY},
    startsPerHost: POSITIVE_INFINITY,
    startsPerSecond: POSITIVE_INFINITY,
    seed: 1,
  });
  const ended: {fn: number; atUs: number}[] = [];
  cell.use({keepAliveUs: () => POSITIVE_INFINITY, onFinish: (fn, atUs) => ended.push({fn, atUs})});
  cell.run({
    length: calls.length,
    timeUs: Float64Array.from(calls, (call) => call.arrivalUs),
    fn: Int32Array.from(calls, (call) => call.fn),
    durationUs: Float64Array.from(calls, (call) => call.workUs),
    coldUs: undefined,
  });
  cell.finish(setup.endUs ?? 1e12);
  return {cell, ended};
}

/** A class that is no class but for what is said. */
export const alone = (name: string, rule: Partial<ContentionClass>): ContentionClass => ({...noClass, name, ...rule});
