import fc from 'fast-check';
import {expect, test} from 'vitest';
import {placeLabels} from '../../src/base/place-labels.ts';

const room = {width: 300, height: 200, line: 14, gap: 9};
const named = fc.record({
  x: fc.integer({min: 0, max: 300}),
  y: fc.integer({min: 0, max: 200}),
  width: fc.integer({min: 10, max: 120}),
});

test('names lie inside the room, and no two of them on each other', () => {
  fc.assert(
    fc.property(fc.array(named, {maxLength: 30}), (names) => {
      const boxes = placeLabels(names, names, room).flatMap((place, k) =>
        place ? [{left: place.x, right: place.x + names[k]!.width, top: place.y - 7, bottom: place.y + 7}] : [],
      );
      for (const [k, a] of boxes.entries()) {
        expect(a.left >= 0 && a.right <= 300 && a.top >= 0 && a.bottom <= 200).toBe(true);
        for (const b of boxes.slice(k + 1)) {
          expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
        }
      }
    }),
  );
});

test('a name stands right of its dot, or left of it at the right edge; with no place left there is none', () => {
  expect(placeLabels([{x: 50, y: 100, width: 40}], [{x: 50, y: 100}], room)).toEqual([{x: 59, y: 100}]);
  expect(placeLabels([{x: 290, y: 100, width: 40}], [{x: 290, y: 100}], room)).toEqual([{x: 241, y: 100}]);
  const crowd = Array.from({length: 60}, () => ({x: 150, y: 100, width: 120}));
  expect(placeLabels(crowd, crowd, room)).toContain(undefined);
});
