/** Why a function has the slots it has. The order is the numbering in plan files. */
export const reasons = [
  'kept: saves more than it costs',
  'kept: best use of the budget',
  'kept: needed for the start-delay objective',
  'kept: just ahead of its timer',
  'kept: minimum',
  'kept: pinned',
  'refused: called too rarely to pay',
  'refused: budget went to more valuable slots',
  'refused: share of its team used up',
  'refused: maximum',
  'refused: not called',
  'refused: what runs beyond the slots costs less',
] as const;
export type Reason = (typeof reasons)[number];

/** What is known of a unit when its reason is asked for. */
export interface UnitFacts extends SlotFacts {
  readonly slots: number;
  readonly atLeast: number;
  /** Its slots are held around a timer's strokes alone. */
  readonly timed: boolean;
  /** The last slot kept saves more dollars than it costs. */
  readonly pays: boolean;
  /** What decided besides dollars. */
  readonly rule: 'dollars' | 'budget' | 'start-delay';
}

/** What is known of a slot that a unit does not have. */
export interface SlotFacts {
  readonly atMost: number;
  /** It gets no slot that it need not have. */
  readonly restIsCheaper: boolean;
  readonly ratePerSecond: number;
  /** It would be worth it if the budget had room. */
  readonly worthMore: boolean;
  readonly sharedByTeam: boolean;
}

export function reasonOf(unit: UnitFacts): Reason {
  if (unit.slots === 0) return refusalOf(unit, 0);
  if (unit.atLeast === unit.atMost && !unit.restIsCheaper) return 'kept: pinned';
  if (unit.slots === unit.atLeast) return 'kept: minimum';
  if (unit.timed) return 'kept: just ahead of its timer';
  if (unit.pays && unit.rule !== 'budget') return 'kept: saves more than it costs';
  return unit.rule === 'start-delay' ? 'kept: needed for the start-delay objective' : 'kept: best use of the budget';
}

/** Why a unit that has `slots` does not have one more. */
export function refusalOf(slot: SlotFacts, slots: number): Reason {
  const {ratePerSecond, atMost, restIsCheaper, worthMore, sharedByTeam} = slot;
  if (ratePerSecond === 0) return 'refused: not called';
  if (restIsCheaper) return 'refused: what runs beyond the slots costs less';
  if (atMost <= slots) return 'refused: maximum';
  if (!worthMore) return 'refused: called too rarely to pay';
  return sharedByTeam ? 'refused: share of its team used up' : 'refused: budget went to more valuable slots';
}
