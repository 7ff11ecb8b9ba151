import {SlotTargetsBuilder} from '../../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import type {PolicyChoice} from '../policy.ts';
import type {Followed} from './followed-plan.ts';
import {plan} from './plan.ts';

/** What a row of a plan says, from wherever it comes; see `SlotTargets`. */
export interface RowOfSlots {
  readonly changes: readonly {readonly fromUs: number; readonly slots: number}[];
  readonly spillUs: number;
  readonly repeatUs: number;
}

/** The policy `plan` for slots that stand in no file: `rowAt(f)` is what function `f` of the workload is to have. */
export function givenSlots(text: string, functions: number, rowAt: (f: number) => RowOfSlots): PolicyChoice {
  const builder = new SlotTargetsBuilder(functions);
  for (let f = 0; f < functions; f++) {
    const {changes, spillUs, repeatUs} = rowAt(f);
    for (const {fromUs, slots} of changes) builder.change(fromUs, slots);
    builder.endRow(spillUs, repeatUs);
  }
  const prepared: Followed = {targets: builder.finish(), rest: undefined};
  return {name: plan.name, text, values: {file: text, spill: 'plan'}, prepared};
}
