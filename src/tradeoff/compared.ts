/** One quantity as its law has it and as the scheduler core had it on the same inputs. `(id, scenario)` is unique. */
export interface Compared {
  /** That of the topic's answer where it is one, else a number of the same question: `E2.2.waitPooled`. */
  readonly id: string;
  /** Which case, where a quantity has several: a start rate, a rule. */
  readonly scenario?: string;
  readonly unit: string;
  /** What the quantity is, a phrase without the number. */
  readonly text: string;
  /** In `unit`; null where no law says it, or there is no such number. */
  readonly law: number | null;
  /** In `unit`; null where nothing came of it. */
  readonly replayed: number | null;
  /** Half of the 95 % interval of `replayed` by the runs with seeds of their own; null: it was replayed once, as it is. */
  readonly within: number | null;
  /** Why the two differ, where the law is of first order alone or of another model. */
  readonly why?: string;
}

/** What came of a topic's inputs in the scheduler core. */
export interface Simulated {
  /** What was replayed, in a sentence or two. */
  readonly setup: string;
  readonly seed: number;
  /** Replays, and calls in all of them. */
  readonly runs: number;
  readonly calls: number;
  readonly rows: readonly Compared[];
}

/** A row; a number that is not finite becomes null. */
export function compared(
  id: string,
  unit: string,
  text: string,
  law: number,
  replayed: {readonly mean: number; readonly within: number} | number,
  more: Pick<Compared, 'scenario' | 'why'> = {},
): Compared {
  const {mean, within} = typeof replayed === 'number' ? {mean: replayed, within: Number.NaN} : replayed;
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {id, unit, text, law: finite(law), replayed: finite(mean), within: finite(within), ...more};
}
