import type {DetectRule} from './detect.ts';
import type {Isolation} from './isolation.ts';

/** What running calls press on and feel of each other, besides cores. */
export const pressures = ['cache', 'bandwidth', 'network'] as const;

/** Calls that press on their neighbours alike and feel them alike. */
export interface ContentionClass {
  readonly name: string;
  /** Cores that a call wants while it runs. */
  readonly cpu: number;
  /** What it presses on its neighbours with, and how much each unit of theirs slows it down, by `pressures`. */
  readonly pressure: readonly number[];
  readonly sensitivity: readonly number[];
  /** CPU time that an instance has in each period, which begin at whole multiples; Infinity: as much as it wants. */
  readonly quotaUs: number;
  readonly periodUs: number;
}

/** Whoever belongs to no class. */
export const noClass: ContentionClass = {
  name: '',
  cpu: 1,
  pressure: [0, 0, 0],
  sensitivity: [0, 0, 0],
  quotaUs: Number.POSITIVE_INFINITY,
  periodUs: 100_000,
};

/** How calls on one host slow each other down. Plain data. */
export interface ContentionRule {
  /** Cores of a host. */
  readonly cores: number;
  /** None: calls share cores, and that is all. */
  readonly classes: readonly ContentionClass[];
  /** The class of each function in `classes`; -1: none, see `noClass`. */
  readonly classOf: Int32Array; // [function], of a workload or of a cell
  /** What keeps classes apart; undefined: nothing. */
  readonly isolation?: Isolation | undefined;
  /** What counts as slowed down where it is asked who would find that; undefined: nobody asked. */
  readonly detect?: DetectRule | undefined;
}
