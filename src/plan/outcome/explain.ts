import {valuationOf} from '../bounds/objectives.ts';
import {Levels} from '../curves/level-columns.ts';
import {fillLevels} from '../curves/levels.ts';
import {curveNames} from '../demand/demand.ts';
import type {Plan} from '../make-plan.ts';
import {UnitOutcome} from './outcome.ts';

/** One slot of one function in one window: what it does beyond what runs without it, and whether it is kept. */
export interface ExplainedSlot {
  readonly slot: number;
  /** In a day of such a window. */
  readonly coldStartsAvoidedPerDay: number;
  readonly idleShare: number;
  readonly savesUsdPerDay: number;
  /** Of idle time; below 0 where the rest alone would idle longer. */
  readonly costsUsdPerDay: number;
  readonly marginalUsdPerDay: number;
  readonly kept: boolean;
}

export interface ExplainedWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly callsPerDay: number;
  /** Slots busy on average. */
  readonly load: number;
  readonly curve: string;
  readonly slots: number;
  /** What a replay should find, a day of such a window. */
  readonly expectedColdPerDay: number;
  readonly levels: readonly ExplainedSlot[];
}

/** Slots shown beyond those kept. */
const BEYOND = 3;
/** Slots shown of a function that keeps many. */
const SHOWN = 12;

/** The whole calculation for one function, window by window. */
export function explainFunction({demand, prices, solution, rest}: Plan, f: number): ExplainedWindow[] {
  const {functions, windows} = demand;
  const {gainPerWake, lossPerIdleSecond} = valuationOf('dollars', demand, prices);
  const levels = new Levels();
  const outcome = new UnitOutcome(demand, rest);
  return Array.from(windows.startUs, (startUs, w) => {
    const unit = w * functions + f;
    const slots = solution.slots[unit]!;
    fillLevels(demand, unit, 0, slots + BEYOND, levels, rest.of(unit));
    outcome.expect(unit, slots);
    const until = Math.min(levels.count, slots + BEYOND);
    const from = Math.max(0, until - SHOWN);
    return {
      startMs: startUs / 1000,
      endMs: windows.endUs[w]! / 1000,
      callsPerDay: 86_400 * demand.ratePerSecond[unit]!,
      load: outcome.busy,
      curve: curveNames[demand.curve[unit]!]!,
      slots,
      expectedColdPerDay: 86_400 * outcome.coldPerSecond,
      levels: Array.from({length: until - from}, (_, i) => {
        const k = from + i;
        const missed = k === 0 ? levels.missedPerSecond : 0;
        const avoided = 86_400 * (1 - rest.surpriseShare(unit)) * (levels.coldPerSecond[k]! - missed);
        const idle = levels.idleShare[k]! - levels.spillShare[k]!;
        const saves = avoided * gainPerWake[f]!;
        const costs = 86_400 * idle * lossPerIdleSecond[f]!;
        return {
          slot: k + 1,
          coldStartsAvoidedPerDay: avoided,
          idleShare: levels.idleShare[k]!,
          savesUsdPerDay: saves,
          costsUsdPerDay: costs,
          marginalUsdPerDay: saves - costs,
          kept: k < slots,
        };
      }),
    };
  });
}
