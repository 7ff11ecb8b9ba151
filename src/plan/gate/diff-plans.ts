import type {PlanFile} from '../file/plan-file.ts';

/** How one function's slots changed between two plans. */
export interface FunctionChange {
  readonly function: string;
  readonly app: string;
  readonly owner: string;
  /** Most slots at a time; null where that plan does not know the function. */
  readonly before: number | null;
  readonly after: number | null;
  /** Slot-hours a day. */
  readonly beforeSlotHours: number;
  readonly afterSlotHours: number;
}

export interface PlanDiff {
  readonly same: boolean;
  /** Functions whose slots differ at some time, those with most slot-hours between first. */
  readonly changed: readonly FunctionChange[];
  readonly functions: {
    readonly gained: number;
    readonly lost: number;
    readonly more: number;
    readonly fewer: number;
    readonly moved: number;
  };
  readonly slotHoursPerDay: {readonly before: number; readonly after: number};
}

/** What changed from one plan to another, function by function over (owner, app, name). */
export function diffPlans(before: PlanFile, after: PlanFile): PlanDiff {
  const pairs = pairUp(before, after);
  const changed: FunctionChange[] = [];
  const functions = {gained: 0, lost: 0, more: 0, fewer: 0, moved: 0};
  const slotHoursPerDay = {before: 0, after: 0};
  const horizons = {before: horizonUs(before), after: horizonUs(after)};
  for (const {f, g} of pairs) {
    const a = summary(before, f, horizons.before);
    const b = summary(after, g, horizons.after);
    slotHoursPerDay.before += a.slotHours;
    slotHoursPerDay.after += b.slotHours;
    if (a.key === b.key) continue;
    const own = f >= 0 ? {plan: before, at: f} : {plan: after, at: g};
    changed.push({
      function: own.plan.name[own.at]!,
      app: own.plan.app[own.at]!,
      owner: own.plan.owner[own.at]!,
      before: f >= 0 ? a.most : null,
      after: g >= 0 ? b.most : null,
      beforeSlotHours: a.slotHours,
      afterSlotHours: b.slotHours,
    });
    if (a.most === 0) functions.gained++;
    else if (b.most === 0) functions.lost++;
    else if (b.slotHours > a.slotHours) functions.more++;
    else if (b.slotHours < a.slotHours) functions.fewer++;
    else functions.moved++;
  }
  const by = (one: FunctionChange): number => Math.abs(one.afterSlotHours - one.beforeSlotHours);
  changed.sort((x, y) => by(y) - by(x) || (x.function < y.function ? -1 : 1));
  return {same: changed.length === 0, changed, functions, slotHoursPerDay};
}

interface Summary {
  readonly most: number;
  readonly slotHours: number;
  /** Equal for functions with the same slots at the same times. */
  readonly key: string;
}

function summary(plan: PlanFile, f: number, horizon: number): Summary {
  if (f < 0) return {most: 0, slotHours: 0, key: ''};
  let most = 0;
  let slotUs = 0;
  const parts: string[] = [];
  for (let row = plan.start[f]!; row < plan.start[f + 1]!; row++) {
    const slots = plan.slots[row]!;
    if (slots === 0) continue;
    most = Math.max(most, slots);
    const length = plan.endUs[row]! - plan.startUs[row]!;
    // A day of a plan that repeats; all of one that does not, as a day of its own length.
    const turn = plan.repeatUs[row]! || horizon;
    slotUs += (slots * length * 86_400e6) / turn;
    parts.push(`${plan.startUs[row]}-${plan.endUs[row]}/${plan.repeatUs[row]}:${slots}`);
  }
  return {most, slotHours: slotUs / 3600e6, key: parts.join(' ')};
}

/** From the first start to the last end of windows that come once. */
function horizonUs(plan: PlanFile): number {
  let from = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < plan.slots.length; row++) {
    if (plan.repeatUs[row]! > 0) continue;
    from = Math.min(from, plan.startUs[row]!);
    until = Math.max(until, plan.endUs[row]!);
  }
  return until - from;
}

/** Functions of both plans side by side; -1 where a plan does not know one. */
function pairUp(before: PlanFile, after: PlanFile): {f: number; g: number}[] {
  const key = (plan: PlanFile, f: number): string => JSON.stringify([plan.owner[f], plan.app[f], plan.name[f]]);
  const later = new Map(after.name.map((_, g) => [key(after, g), g]));
  const pairs = before.name.map((_, f) => {
    const own = key(before, f);
    const g = later.get(own) ?? -1;
    later.delete(own);
    return {f, g};
  });
  return [...pairs, ...[...later.values()].map((g) => ({f: -1, g}))];
}
