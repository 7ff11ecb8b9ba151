import type {Input, Inputs, Values} from './input.ts';
import type {Flip, Topic} from './topic.ts';

/** Steps a factor of ten is searched in. */
const STEPS = 16;
/** Digits of a value that people read: as many as it takes to lie where it is said to, three at least. */
const DIGITS = [3, 4, 5, 6, 7];
/** How far an input is moved: by up to this factor, in odds for shares. */
const DECADES = 3;

/**
 * Every input whose change alone flips the verdict, with the nearest value that does, nearest first (by factor; by
 * factor in odds for shares). Searches upwards and downwards on a grid of 16 steps a decade over three decades, then
 * halves the step to the last digit; a flip that is undone within one step is missed.
 */
export function flips<I extends Inputs>(topic: Topic<I>, values: Values<I>): Flip[] {
  const {code: now, read} = readFor(topic, values);
  // One set of values for thousands of trials, of which each moves one and puts it back.
  const moved: Record<string, unknown> = {...values};
  const codeAt = (key: string, value: number): string | undefined => {
    moved[key] = value;
    const code = codeOf(topic, moved as Values<I>);
    moved[key] = values[key];
    return code;
  };
  const found: {flip: Flip; distance: number}[] = [];
  for (const [key, spec] of Object.entries(topic.inputs)) {
    const at = values[key];
    if (typeof at !== 'number' || !read.has(key)) continue;
    const codeWith = (value: number): string | undefined => codeAt(key, value);
    const nearest = nearestFlip(spec, at, now, codeWith);
    if (nearest) found.push({flip: flipOf(spec, at, nearest, now, codeWith), distance: nearest.distance});
  }
  return found.sort((a, b) => a.distance - b.distance).map(({flip}) => flip);
}

/** The verdict's code; undefined where the values cannot be. */
function codeOf<I extends Inputs>(topic: Topic<I>, values: Values<I>): string | undefined {
  return topic.complaint?.(values) === undefined ? topic.verdict(values).code : undefined;
}

/** The verdict's code, and the inputs that it was read from: whatever another is, it would be read in the same way. */
function readFor<I extends Inputs>(topic: Topic<I>, values: Values<I>): {code: string; read: Set<unknown>} {
  const read = new Set<unknown>();
  const watched = new Proxy(values, {
    get: (target, key) => {
      read.add(key);
      return Reflect.get(target, key);
    },
  });
  topic.complaint?.(watched);
  return {code: topic.verdict(watched).code, read};
}

interface Found {
  value: number;
  code: string;
  distance: number;
}

/** The nearest flip of either direction. */
function nearestFlip(
  spec: Input<unknown>,
  at: number,
  now: string,
  codeAt: (value: number) => string | undefined,
): Found | undefined {
  // Steps meet in whole numbers and in bounds.
  const codes = new Map<number, string | undefined>([[at, now]]);
  const probes = [1, -1].map((direction) => {
    const path = pathFrom(spec, at, direction);
    return (step: number): Probed => {
      const value = path(step);
      if (!codes.has(value)) codes.set(value, codeAt(value));
      const code = codes.get(value);
      // Beyond an impossible value (an odd number of cores) there may be possible ones.
      return {value, code, flips: code !== undefined && code !== now};
    };
  });
  for (let step = 1; step <= STEPS * DECADES; step++) {
    const found = probes.filter((probe) => probe(step).flips).map((probe) => halved(probe, step));
    if (found.length > 0) return found.sort((a, b) => a.distance - b.distance)[0];
  }
  return undefined;
}

/** A value that was tried; code: undefined where it cannot be. */
interface Probed {
  readonly value: number;
  readonly code: string | undefined;
  readonly flips: boolean;
}

/** Where between a step and the one before the flip lies, to the last digit. */
function halved(probe: (step: number) => Probed, step: number): Found {
  let low = step - 1;
  let high = step;
  let best = probe(step);
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    const there = probe(middle);
    if (!there.flips) low = middle;
    else {
      high = middle;
      best = there;
    }
  }
  return {value: best.value, code: best.code!, distance: high};
}

/** The value after so many steps (not only whole ones) from `at`, inside the bounds of the input. */
function pathFrom(spec: Input<unknown>, at: number, direction: number): (step: number) => number {
  const clamp = (value: number): number => Math.min(spec.max, Math.max(spec.min, value));
  const factor = (step: number): number => 10 ** ((direction * step) / STEPS);
  if (spec.unit === 'share') {
    // An end of the range has no odds: start a hair inside.
    const inside = Math.min(1 - 1e-6, Math.max(1e-6, at));
    const odds = inside / (1 - inside);
    return (step) => {
      const moved = odds * factor(step);
      return step === 0 ? at : clamp(moved / (1 + moved));
    };
  }
  if (spec.whole) {
    const round = direction > 0 ? Math.ceil : Math.floor;
    return (step) => clamp(round(at === 0 ? factor(step) - 1 : at * factor(step)));
  }
  if (at === 0) return (step) => clamp(direction * (step === 0 ? 0 : 1e-3 * 10 ** ((2 * step) / STEPS)));
  return (step) => clamp(at * factor(step));
}

function flipOf(
  spec: Input<unknown>,
  at: number,
  {value, code}: Found,
  now: string,
  codeAt: (value: number) => string | undefined,
): Flip {
  const written = (digits: number): string =>
    spec.whole ? String(value) : spec.show(awayFrom(at, value, spec, digits), digits);
  const codeOf = (text: string): string | undefined => codeAt(spec.parse(text) as number);
  // Where the new verdict holds on a narrow band alone, a rounded value may lie beyond it.
  const shown = DIGITS.map(written).find((text) => [code, now].includes(codeOf(text) ?? '')) ?? written(DIGITS[0]!);
  // The old verdict may still hold at the very edge, or the rounding of a unit may have gone back to it.
  const there = codeOf(shown) === code;
  const moves = value > at ? (there ? 'rises to' : 'rises above') : there ? 'falls to' : 'falls below';
  return {
    input: spec.flag,
    value,
    unit: spec.unit,
    verdict: code,
    text: `'${code}' once --${spec.flag} ${moves} ${shown} (now ${spec.whole ? at : spec.show(at, DIGITS[0]!)})`,
  };
}

/** Some digits of a value, rounded away from `at`, inside the bounds of the input. */
function awayFrom(at: number, value: number, {min, max}: Input<unknown>, digits: number): number {
  if (value === 0) return 0;
  const digit = 10 ** (Math.floor(Math.log10(Math.abs(value))) + 1 - digits);
  const rounded = value > at ? Math.ceil(value / digit - 1e-9) : Math.floor(value / digit + 1e-9);
  return Math.min(max, Math.max(min, rounded * digit));
}
