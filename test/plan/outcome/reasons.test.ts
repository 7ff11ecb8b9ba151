import {expect, test} from 'vitest';
import {reasonOf, refusalOf, type UnitFacts} from '../../../src/plan/outcome/reasons.ts';

/** One slot, kept because it pays. */
const facts: UnitFacts = {
  slots: 1,
  atLeast: 0,
  restIsCheaper: false,
  atMost: 9,
  timed: false,
  pays: true,
  rule: 'dollars',
  ratePerSecond: 1,
  worthMore: false,
  sharedByTeam: false,
};

test.each<[Partial<UnitFacts>, string]>([
  [{}, 'kept: saves more than it costs'],
  [{rule: 'budget'}, 'kept: best use of the budget'],
  [{pays: false}, 'kept: best use of the budget'],
  [{pays: false, rule: 'start-delay'}, 'kept: needed for the start-delay objective'],
  [{rule: 'start-delay'}, 'kept: saves more than it costs'],
  [{timed: true}, 'kept: just ahead of its timer'],
  [{atLeast: 1, timed: true}, 'kept: minimum'],
  [{slots: 2, atLeast: 1}, 'kept: saves more than it costs'],
  [{atLeast: 1, atMost: 1}, 'kept: pinned'],
  [{slots: 0}, 'refused: called too rarely to pay'],
  [{slots: 0, atMost: 0, worthMore: true}, 'refused: maximum'],
  [{slots: 0, ratePerSecond: 0, atMost: 0}, 'refused: not called'],
])('%o: %s', (given, reason) => {
  expect(reasonOf({...facts, ...given})).toBe(reason);
});

test('one slot more is refused at the maximum, for want of worth, by the budget or by the share of a team', () => {
  expect(refusalOf({...facts, atMost: 3, worthMore: true}, 3)).toBe('refused: maximum');
  expect(refusalOf({...facts, atMost: 3, worthMore: true}, 2)).toBe('refused: budget went to more valuable slots');
  expect(refusalOf({...facts, atMost: 3, worthMore: true, sharedByTeam: true}, 2)).toBe(
    'refused: share of its team used up',
  );
  expect(refusalOf(facts, 2)).toBe('refused: called too rarely to pay');
});

test('where what runs beyond the slots costs less, only minimum slots are kept, and that is said', () => {
  const cheaper = {...facts, restIsCheaper: true};
  expect(reasonOf({...cheaper, slots: 0, atLeast: 0, atMost: 0})).toBe(
    'refused: what runs beyond the slots costs less',
  );
  expect(reasonOf({...cheaper, slots: 2, atLeast: 2, atMost: 2})).toBe('kept: minimum');
  expect(refusalOf({...cheaper, ratePerSecond: 0}, 0)).toBe('refused: not called');
});
