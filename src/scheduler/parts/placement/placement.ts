import type {Parameters, Part} from '../../../base/part.ts';
import type {Random} from '../../../base/random.ts';
import type {Hosts} from '../../core/hosts.ts';

/** Chooses the host of a new instance. */
export interface Placement {
  /**
   * The host on which `memoryMib` more is placed, or NONE (-1) when it fits nowhere. Called for every instance that
   * is created, after evictions if any; never allocates. The choice must fit: `hosts.fits(host, memoryMib)`. `fn`: the
   * function that it is of, or NONE where that is not known.
   */
  choose(memoryMib: number, fn: number): number;
  /** Told of every call that an instance on `host` is given, of `fn`, which begins at `fromUs`. */
  serves?(host: number, fn: number, fromUs: number): void;
  /** Told after every change of a host's room; needed only by policies that keep an order of their own. */
  changed?(host: number): void;
  /** Told of a host that opens, the one with the highest number; needed only by policies that keep an order of their own. */
  opened?(host: number): void;
}

/** What a placement knows when it is made. */
export interface PlacementContext {
  /** The hosts of the cell, which change with every instance; read, never write. */
  readonly hosts: Hosts;
  /** For choices by chance: the cell's own stream. */
  readonly random: Random;
  /** What calls are expected to take, us. [function] */
  readonly expectedUs: Float64Array;
  /** What the cell has at hand: the time among it. */
  readonly atHand: Float64Array;
}

/** A placement, as the registry of `--placement` holds it. */
export type PlacementPart<P extends Parameters = Parameters> = Part<Placement, PlacementContext, never, P>;
