/** What the rules that have a flag may be. */
export const semanticsRules = {
  ties: ['finishes-first', 'arrivals-first'],
  reuse: ['mru', 'lru', 'newest', 'oldest', 'packed', 'spread'],
  ttlFrom: ['finish', 'start', 'first-idle'],
  evict: ['auto', 'patient', 'eager'],
  evictUntil: ['fits', 'newcomer-size'],
  full: ['queue', 'drop'],
} as const;

type Rule<Name extends keyof typeof semanticsRules> = (typeof semanticsRules)[Name][number];

/**
 * Every definition of the replay that published simulators disagree on, as one plain value. DESIGN of each
 * option: README "Replay semantics". Presets select them together.
 */
export interface Semantics {
  /** What goes first at equal times: finishes, then expiries, then arrivals; or arrivals before both. */
  readonly ties: Rule<'ties'>;
  /**
   * Which instance of the function with a free place serves: most or least recently freed, newest or oldest created,
   * the one with the most or the fewest calls (most recently freed among equals), or the first of dslab's index set
   * (append at the end; a removal moves the last element into the gap).
   */
  readonly reuse: Rule<'reuse'> | 'index-set';
  /** Instances with several places that are starting: they serve after all that are ready, or in one order with them. */
  readonly starting: 'last' | 'alike';
  /** Where an idle instance's time to live counts from: its last finish, its last start, or its first idle moment. */
  readonly ttlFrom: Rule<'ttlFrom'>;
  /** Idle for exactly the time to live: expired (false) or still warm (true). */
  readonly ttlInclusive: boolean;
  /** An expired instance leaves at its deadline (`timer`), or when its own function is next looked up (`lookup`). */
  readonly expiry: 'timer' | 'lookup';
  /** A call bound to a starting instance may move to another of its function that frees first. */
  readonly lateBinding: boolean;
  /** Eviction stops when the newcomer fits, or only when the evicted memory alone would hold it. */
  readonly evictUntil: Rule<'evictUntil'>;
  /**
   * When a full host gives up an idle instance for a newcomer: once it has been idle for the newcomer's cold time, or the
   * newcomer has waited that long (`patient`, where newcomers may wait at all), so only for newcomers whose cold time is
   * at least three times what calls of their function are known to take on average (`auto`), at once (`eager`), or not at all.
   */
  readonly evict: Rule<'evict'> | 'never';
  /** What becomes of a call that fits nowhere. */
  readonly full: Rule<'full'>;
}

export type SemanticsName = 'coldfront' | 'faascache' | 'simfaas' | 'dslab';

const coldfront: Semantics = {
  ties: 'finishes-first',
  reuse: 'mru',
  starting: 'last',
  ttlFrom: 'finish',
  ttlInclusive: false,
  expiry: 'timer',
  lateBinding: false,
  evictUntil: 'fits',
  evict: 'auto',
  full: 'queue',
};

/** True where idle instances, none fuller than another, lie in a stack: the last to go idle serves first. */
export function stacksIdle(reuse: Semantics['reuse']): boolean {
  return reuse === 'mru' || reuse === 'packed' || reuse === 'spread';
}

/** The presets: ours, and those under which published simulators' counts are met exactly (fixtures/golden). */
export const semanticsPresets: Readonly<Record<SemanticsName, Semantics>> = {
  coldfront,
  faascache: {
    ...coldfront,
    evict: 'eager',
    ttlFrom: 'start',
    ttlInclusive: true,
    expiry: 'lookup',
    evictUntil: 'newcomer-size',
    full: 'drop',
  },
  simfaas: {...coldfront, evict: 'eager', reuse: 'newest', starting: 'alike', full: 'drop'},
  dslab: {...coldfront, ties: 'arrivals-first', reuse: 'index-set', ttlInclusive: true, evict: 'never'},
};

/** Calls wait before they evict: where they may wait at all, and for what makes the newcomer fit alone. */
export function waitsToEvict({evict, full, evictUntil}: Semantics): boolean {
  return (evict === 'patient' || evict === 'auto') && full === 'queue' && evictUntil === 'fits';
}
