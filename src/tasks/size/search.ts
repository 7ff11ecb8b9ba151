/** Values that are tried: whole multiples of a step. */
export interface Ladder {
  readonly least: number;
  readonly step: number;
  /** No more than this is tried. */
  readonly most: number;
}

/** What came of one value. */
export interface Tried {
  readonly value: number;
  readonly met: boolean;
  /** Two values of the same mark did the same to the last digit. */
  readonly mark: string;
  /** Larger values would do the same: nobody wants more. */
  readonly isPlenty?: boolean;
}

/** How a search went. */
export interface Searched {
  /** The smallest value tried that met; null: none did. */
  readonly answer: number | null;
  /** Every smaller value was tried too. */
  readonly exhaustive: boolean;
}

/** So many values are tried one by one; beyond them bisection takes over. */
export const ONE_BY_ONE = 256;
/** What a search may spare where a replay is dear. */
interface Thrift {
  /** How near the answer is found, as a share of it; 0: to a step. */
  readonly resolution?: number;
  /** So many values are tried one by one. */
  readonly oneByOne?: number;
}

/** So many doublings that change nothing end the search. */
const UNCHANGED = 2;

/**
 * The smallest value that meets. Doubles until one does, or until doubling changes nothing. Then, among the first 256, every
 * smaller value is tried, so that it need not be true that more is better; above that the interval is bisected down to
 * `resolution` of the value, at least one step.
 */
export async function searchLadder(
  ladder: Ladder,
  probe: (value: number) => Promise<Tried>,
  {resolution = 0, oneByOne = ONE_BY_ONE}: Thrift = {},
): Promise<Searched> {
  const {least, step} = ladder;
  const known = new Map<number, Tried>();
  const at = async (value: number): Promise<Tried> => {
    const tried = known.get(value) ?? (await probe(value));
    known.set(value, tried);
    return tried;
  };
  const {missed, met} = await bracket(ladder, at);
  const last = met ?? missed!;
  const near = Math.min(last, least + (oneByOne - 1) * step);
  const small = last <= near;
  // What costs a lot may be met by few alone, so the first ones are tried even where more did not help.
  if (small || met === undefined) {
    for (let value = least; value <= near; value += step) {
      if ((await at(value)).met) return {answer: value, exhaustive: true};
    }
    return {answer: met ?? null, exhaustive: small};
  }
  let [low, high] = [missed ?? least - step, met];
  while (high - low > Math.max(step, step * Math.floor((high * resolution) / step))) {
    const middle = low + step * Math.floor((high - low) / step / 2);
    if ((await at(middle)).met) high = middle;
    else low = middle;
  }
  // A smaller one that met is one that the doubling found before a larger one missed.
  const smallest = [...known.values()].filter((tried) => tried.met).map(({value}) => value);
  return {answer: Math.min(...smallest), exhaustive: false};
}

/** The last value that missed before the first that met; either may be missing. */
export async function bracket({least, step, most}: Ladder, at: (value: number) => Promise<Tried>) {
  let missed: number | undefined;
  let mark = '';
  let unchanged = 0;
  for (let value = least; ; value = Math.min(most, Math.max(2 * value, value + step))) {
    const tried = await at(value);
    if (tried.met) return {missed, met: value};
    missed = value;
    unchanged = tried.mark === mark ? unchanged + 1 : 0;
    mark = tried.mark;
    if (unchanged >= UNCHANGED || value >= most) return {missed, met: undefined};
  }
}

/** How a search about an estimate spares replays. */
interface Sparing {
  /** How near the answer is found, as a share of it. */
  readonly resolution: number;
  /** So many values are tried; more only where none of them meets. */
  readonly tries: number;
}

/** Steps away from an estimate, each twice as wide, until one side meets and the other misses; then bisects. */
export async function searchAround(
  estimate: number,
  {least, step, most}: Ladder,
  probe: (value: number) => Promise<Tried>,
  {resolution, tries}: Sparing,
): Promise<Searched> {
  const onStep = (value: number): number => Math.min(most, Math.max(least, step * Math.round(value / step)));
  const width = Math.max(step, onStep(estimate * resolution * 2));
  let [low, high] = [least - step, Number.NaN];
  let tried = 0;
  for (let at = onStep(estimate), stride = width; ; stride *= 2) {
    const {met, isPlenty = false} = await probe(at);
    tried++;
    if (met) high = at;
    else low = at;
    const isBracketed = low >= least && Number.isFinite(high);
    if (isBracketed || (met ? at === least || tried >= tries : at === most || isPlenty)) break;
    at = onStep(met ? at - stride : at + stride);
  }
  if (Number.isNaN(high)) return {answer: null, exhaustive: false};
  while (high - low > Math.max(step, high * resolution) && tried < tries) {
    const middle = onStep((low + high) / 2);
    if (middle === low || middle === high) break;
    tried++;
    if ((await probe(middle)).met) high = middle;
    else low = middle;
  }
  return {answer: high, exhaustive: false};
}

/** Bisects between a value that is taken to miss and one that meets, by their ratio while they are far apart, as near as `resolution`. */
export async function searchBetween(
  missed: number,
  meets: number,
  step: number,
  probe: (value: number) => Promise<Tried>,
  resolution: number,
): Promise<number> {
  let [low, high] = [missed, meets];
  while (high - low > Math.max(step, high * resolution)) {
    const half = high > 2 * low ? Math.sqrt(Math.max(step, low) * high) - low : (high - low) / 2;
    const middle = low + step * Math.max(1, Math.floor(half / step));
    if ((await probe(middle)).met) high = middle;
    else low = middle;
  }
  return high;
}

/** Values that missed although a smaller one met: the curve is not monotone there. */
export function exceptions(tried: readonly Tried[]): number[] {
  const least = Math.min(...tried.filter(({met}) => met).map(({value}) => value));
  return tried.filter(({value, met}) => !met && value > least).map(({value}) => value);
}
