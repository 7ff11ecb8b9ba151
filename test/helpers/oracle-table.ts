import {inspect} from 'node:util';
import {describe, expect, test} from 'vitest';
import {simulate} from './oracle.ts';
import {differences, oracleTotals, runCore, smallestDisagreement, type Totals} from './oracle-core.ts';
import {type Flavour, plainScenario, randomScenario} from './oracle-scenarios.ts';
import type {OracleCall, Scenario} from './oracle-types.ts';

/** A call of function `fn`: its arrival, execution and cold time in microseconds. */
export function call(fn: number, arrivalUs: number, durationUs: number, coldUs = 0): OracleCall {
  return {fn, arrivalUs, durationUs, coldUs};
}

/** `count` equal hosts. */
export function hosts(count: number, limits: Partial<Scenario['hosts'][number]>): Scenario['hosts'] {
  return Array.from({length: count}, () => ({...plainScenario.hosts[0]!, ...limits}));
}

/** What a row expects: any of the totals, slot-time in microseconds, delays summed. */
export interface Expected
  extends Partial<Omit<Totals, 'slotUs' | 'mibUs' | 'functions' | 'startDelay' | 'coldTime' | 'queueWait'>> {
  readonly busyUs?: number;
  readonly idleUs?: number;
  readonly startingUs?: number;
  readonly idleMibUs?: number;
  readonly delaySumUs?: number;
  readonly delayMaxUs?: number;
  readonly waitSumUs?: number;
  readonly waitCount?: number;
}

export type Row = readonly [title: string, given: Partial<Scenario>, expected: Expected];

/** A table of hand-worked cases, each held against the core and against the oracle. */
export function describeTable(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    test.each(rows)('%s', (_, given, expected) => {
      const functions = Math.max(0, ...(given.calls ?? []).map(({fn}) => fn)) + 1;
      const memoryMib = Array.from({length: functions}, () => 128);
      const scenario: Scenario = {...plainScenario, memoryMib, ...given};
      const names = Object.keys(expected) as (keyof Expected)[];
      const told = (totals: Totals) => {
        const flat = flatten(totals);
        return Object.fromEntries(names.map((name) => [name, flat[name]]));
      };
      expect(told(oracleTotals(simulate(scenario))), 'oracle').toEqual(expected);
      expect(told(runCore(scenario).totals), 'core').toEqual(expected);
    });
  });
}

function flatten({slotUs, mibUs, startDelay, queueWait, ...counts}: Totals): Expected {
  return {
    ...counts,
    busyUs: Number(slotUs.busy),
    idleUs: Number(slotUs.idle),
    startingUs: Number(slotUs.starting),
    idleMibUs: Number(mibUs.idle),
    delaySumUs: startDelay.sum,
    delayMaxUs: startDelay.max,
    waitSumUs: queueWait.sum,
    waitCount: queueWait.count,
  };
}

/** Holds the core against the oracle on the scenarios of these seeds; fails with the smallest that differs. */
export function expectAgreement(flavour: Flavour, fromSeed: number, toSeed: number): void {
  for (let seed = fromSeed; seed < toSeed; seed++) {
    const scenario = randomScenario(seed, flavour);
    if (differences(scenario).length === 0) continue;
    const smallest = smallestDisagreement(scenario);
    const about = `seed ${seed}: ${inspect(smallest, {depth: 4, breakLength: 200})}`;
    expect(runCore(smallest).totals, about).toEqual(oracleTotals(simulate(smallest)));
  }
}
