import type {Checkpoint} from '../../../fleet/checkpoint.ts';

/** What goes before the work of a slice: nothing before the first, `saved` false. */
function goingOnUs({restoreUs, resumeUs}: Checkpoint, saved: boolean): number {
  return saved ? restoreUs + resumeUs : 0;
}

/** Work that the next slice of a call does which has `leftUs` of it to do; all of it: it is the last. */
export function workOfSlice(rule: Checkpoint, leftUs: number, saved: boolean): number {
  const beginUs = goingOnUs(rule, saved);
  return beginUs + leftUs <= rule.everyUs ? leftUs : rule.everyUs - beginUs - rule.saveUs;
}

/** How long that slice is, with what it takes to go on and to save. */
export function lengthOfSlice(rule: Checkpoint, leftUs: number, saved: boolean): number {
  return Math.min(goingOnUs(rule, saved) + leftUs, rule.everyUs);
}

/** How long a call with `leftUs` of work to do takes, slice after slice in one instance. */
export function lengthOfAll(rule: Checkpoint, leftUs: number, saved: boolean): number {
  const {everyUs, saveUs} = rule;
  const firstUs = workOfSlice(rule, leftUs, saved);
  if (firstUs === leftUs) return lengthOfSlice(rule, leftUs, saved);
  const beginUs = goingOnUs(rule, true);
  const restUs = leftUs - firstUs;
  // Those between the first and the last.
  const between = Math.max(0, Math.ceil((restUs + beginUs - everyUs) / (everyUs - beginUs - saveUs)));
  return everyUs + between * everyUs + beginUs + restUs - between * (everyUs - beginUs - saveUs);
}
