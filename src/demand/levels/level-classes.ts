/** Octave of level `level`, from 1: levels 1, 2, 3-4, 5-8 and so on are one each. */
export function levelOctave(level: number): number {
  return 32 - Math.clz32(level - 1);
}

/** Up to here every level of concurrency is forecast by itself; each octave above is cut into half as many classes. */
const EXACT = 32;
const PER_OCTAVE = EXACT / 2;

/** Classes of levels up to here are looked up. */
const LOOKED_UP = 4096;
const lowClasses = new Int16Array(LOOKED_UP + 1);
for (let level = 0; level <= LOOKED_UP; level++) lowClasses[level] = computedClass(level);

/** Levels of concurrency that are forecast as one: every level up to 32, then sixteen classes an octave, from class 0. */
export function classOfLevel(level: number): number {
  return level <= LOOKED_UP ? lowClasses[level]! : computedClass(level);
}

function computedClass(level: number): number {
  if (level <= EXACT) return level - 1;
  const octave = 31 - Math.clz32((level - 1) / PER_OCTAVE);
  return octave * PER_OCTAVE + Math.floor((level - 1) / 2 ** octave);
}

/** The lowest level of a class. */
export function lowestLevel(ofClass: number): number {
  if (ofClass < EXACT) return ofClass + 1;
  const octave = Math.floor(ofClass / PER_OCTAVE) - 1;
  return (ofClass - octave * PER_OCTAVE) * 2 ** octave + 1;
}

/** The level that stands for a class: its lowest where it has but one, else one in its middle. */
export function levelOfClass(ofClass: number): number {
  return Math.floor((lowestLevel(ofClass) + lowestLevel(ofClass + 1) - 1) / 2);
}
