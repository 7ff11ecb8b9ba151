import type {TimelineData} from '../../page/page-data.ts';
import {packDoubles} from './pack.ts';

/** What happened from window to window under a policy. Columns of equal length; instances on average, null: not told. */
export interface PolicyWindows {
  readonly policy: string;
  readonly fromMs: Float64Array;
  readonly untilMs: Float64Array;
  readonly invocations: Float64Array;
  readonly cold: Float64Array;
  readonly busy: Float64Array;
  readonly idle: Float64Array | null;
  readonly starting: Float64Array | null;
}

/** A chart has room for no more. */
const MOST_WINDOWS = 1600;

/** Windows of all policies as the page wants them, some taken together where they are too many to draw. */
export function packWindows(all: readonly PolicyWindows[]): TimelineData | undefined {
  const [first] = all;
  if (first === undefined || first.fromMs.length === 0) return undefined;
  // Policies of other windows would stand at the wrong times.
  const alike = all.filter(
    ({fromMs}) => fromMs.length === first.fromMs.length && fromMs.every((ms, k) => ms === first.fromMs[k]),
  );
  const together = Math.ceil(first.fromMs.length / MOST_WINDOWS);
  const windows = Math.ceil(first.fromMs.length / together);
  const edge = (k: number): number => Math.min(first.fromMs.length, (k + 1) * together) - 1;
  const lengthMs = first.fromMs.map((from, k) => first.untilMs[k]! - from);
  const gather = (values: Float64Array, weighted: boolean): Float64Array =>
    Float64Array.from({length: windows}, (_, k) => {
      let [sum, weight] = [0, 0];
      for (let at = k * together; at <= edge(k); at++) {
        sum += values[at]! * (weighted ? lengthMs[at]! : 1);
        weight += lengthMs[at]!;
      }
      return weighted ? sum / weight : sum;
    });
  return {
    everyMs: lengthMs[0]! * together,
    fromMs: packDoubles(Float64Array.from({length: windows}, (_, k) => first.fromMs[k * together]!)),
    untilMs: packDoubles(Float64Array.from({length: windows}, (_, k) => first.untilMs[edge(k)]!)),
    policies: alike.map(({policy, invocations, cold, busy, idle, starting}) => ({
      policy,
      invocations: packDoubles(gather(invocations, false)),
      cold: packDoubles(gather(cold, false)),
      busy: packDoubles(gather(busy, true)),
      ...(idle && {idle: packDoubles(gather(idle, true))}),
      ...(starting && {starting: packDoubles(gather(starting, true))}),
    })),
  };
}
