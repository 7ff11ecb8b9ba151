import {US_PER_MINUTE} from '../../../../base/units.ts';
import {BINS_PER_OCTAVE, GAP_BINS, gapEdgeUs} from '../../../../demand/gaps/gap-bins.ts';

/** How much is known of a habit: nothing, one gap, or how regular its gaps have been so far. */
export type Regularity = 'unseen' | 'once' | 'irregular' | 'mixed' | 'regular' | 'timer' | 'clock';

/** Tables have two steps an octave, from 2^FIRST_OCTAVE of their unit on. */
const STEPS_PER_OCTAVE = 2;
const FIRST_OCTAVE = -10;

/**
 * Chance in thousand that a gap which has come to a step ends in it, in units of the mean gap so far (of a minute for
 * `unseen`). Gaps of functions with very different rates have nearly the same law in this unit, so a few gaps are
 * enough to know what to expect of a function. The first row is for the first level of demand, the second for those
 * above, whose gaps end at once or not for long.
 *
 * From 1,200 function-days of Azure Functions 2019 (CC-BY 4.0, Shahrad et al., ATC 2020), rare ones preferred, calls
 * drawn uniformly in their minute: Kaplan and Meier's estimate with late entry over all gaps of a habit, in classes by
 * what was known before each, gap n weighing min(1, 4 / n); steps with few gaps are drawn towards the one before, and
 * the ends of the rows, where hardly any are, are smoothed by hand. `clock` is for means above 2.5 minutes.
 */
const perMille: Readonly<Record<Regularity, readonly [readonly number[], readonly number[]]>> = {
  unseen: [
    [
      7, 10, 20, 30, 30, 30, 30, 40, 41, 44, 53, 82, 78, 79, 104, 105, 102, 113, 106, 125, 131, 137, 140, 150, 180, 181,
      195, 200, 190, 190, 190, 200, 200, 220, 220, 220,
    ],
    [
      80, 34, 45, 45, 44, 44, 44, 49, 47, 49, 58, 70, 78, 75, 80, 80, 80, 86, 82, 76, 66, 66, 65, 65, 80, 75, 85, 90,
      85, 95, 95, 110, 100, 108, 100, 100,
    ],
  ],
  once: [
    [
      40, 31, 35, 25, 25, 38, 40, 45, 44, 40, 50, 50, 68, 70, 82, 82, 94, 141, 156, 215, 326, 274, 250, 240, 220, 220,
      234, 270, 260, 230, 220, 200, 200, 200, 200, 200,
    ],
    [
      60, 27, 25, 28, 38, 35, 33, 31, 33, 38, 40, 46, 48, 55, 66, 76, 82, 108, 118, 253, 337, 190, 170, 170, 152, 150,
      140, 115, 115, 110, 120, 125, 115, 120, 110, 110,
    ],
  ],
  irregular: [
    [
      30, 26, 26, 30, 37, 42, 47, 54, 61, 69, 75, 84, 98, 111, 128, 152, 173, 196, 218, 248, 310, 385, 390, 385, 358,
      345, 331, 310, 260, 250, 220, 210, 180, 180, 180, 180,
    ],
    [
      60, 42, 45, 47, 51, 56, 59, 65, 70, 74, 78, 85, 92, 98, 107, 115, 129, 143, 161, 184, 242, 317, 335, 360, 345,
      310, 268, 212, 166, 130, 115, 105, 105, 95, 90, 90,
    ],
  ],
  mixed: [
    [
      5, 4, 4, 4, 5, 5, 5, 7, 9, 11, 15, 22, 32, 40, 54, 79, 112, 158, 210, 315, 461, 510, 525, 463, 393, 289, 210, 210,
      216, 220, 220, 220, 202, 200, 200, 200,
    ],
    [
      60, 39, 37, 33, 34, 33, 33, 35, 36, 42, 48, 54, 63, 72, 82, 99, 120, 140, 175, 254, 405, 395, 400, 400, 342, 309,
      205, 154, 110, 100, 110, 110, 115, 115, 115, 115,
    ],
  ],
  regular: [
    [
      5, 5, 5, 5, 5, 5, 5, 7, 8, 12, 15, 18, 18, 24, 28, 40, 52, 58, 90, 396, 548, 380, 370, 340, 345, 370, 270, 240,
      200, 180, 200, 220, 220, 200, 200, 200,
    ],
    [
      100, 45, 40, 50, 50, 50, 48, 54, 56, 52, 56, 54, 48, 44, 48, 58, 55, 65, 97, 348, 592, 288, 284, 236, 187, 143,
      130, 100, 110, 105, 100, 100, 90, 80, 80, 80,
    ],
  ],
  timer: [
    [
      4, 3, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 6, 11, 15, 24, 47, 78, 406, 850, 735, 612, 459, 429, 359, 250, 200, 200,
      230, 240, 240, 220, 220, 220, 220,
    ],
    [
      180, 134, 110, 121, 130, 120, 90, 80, 56, 50, 40, 28, 23, 20, 15, 14, 14, 15, 24, 351, 934, 400, 380, 263, 164,
      105, 100, 70, 65, 60, 60, 60, 50, 50, 50, 50,
    ],
  ],
  clock: [
    [
      2, 2, 2, 2, 1, 1, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 7, 450, 990, 500, 500, 450, 420, 360, 250, 200, 200, 200,
      200, 200, 200, 200, 200, 200,
    ],
    [
      180, 100, 106, 90, 120, 110, 53, 52, 35, 26, 12, 8, 3, 3, 2, 2, 2, 2, 3, 370, 950, 300, 300, 200, 100, 60, 50, 40,
      40, 40, 40, 40, 40, 40, 40, 40,
    ],
  ],
};

/** The same as chances for a bin of gaps, of which there are several a step. */
const perBin = Object.fromEntries(
  Object.entries(perMille).map(([name, rows]) => [
    name,
    rows.map((row) =>
      Float64Array.from(row, (chance) => 1 - (1 - chance / 1000) ** (STEPS_PER_OCTAVE / BINS_PER_OCTAVE)),
    ),
  ]),
) as unknown as Readonly<Record<Regularity, readonly [Float64Array, Float64Array]>>;

/** Middle of each bin, octaves of microseconds. */
const middleOctave = Float64Array.from({length: GAP_BINS}, (_, bin) =>
  bin === 0 ? Math.log2(gapEdgeUs(1) / 2) : (Math.log2(gapEdgeUs(bin)) + Math.log2(gapEdgeUs(bin + 1))) / 2,
);

/** Hazard of every bin as expected of a habit of that regularity and mean gap, the latter ignored when nothing was seen. */
export function priorHazard(regularity: Regularity, meanUs: number, aboveFirst: boolean, into: Float64Array): void {
  const table = perBin[regularity][aboveFirst ? 1 : 0];
  const unitOctave = Math.log2(regularity === 'unseen' ? US_PER_MINUTE : Math.max(1, meanUs)) + FIRST_OCTAVE;
  const last = table.length - 1;
  for (let bin = 0; bin < GAP_BINS; bin++) {
    const step = Math.floor((middleOctave[bin]! - unitOctave) * STEPS_PER_OCTAVE);
    into[bin] = table[step < 0 ? 0 : step > last ? last : step]!;
  }
}
