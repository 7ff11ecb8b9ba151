import type {Random} from '../../../base/random.ts';
import type {Hosts} from '../../core/hosts.ts';

/** Chooses the host of a new instance. */
export interface Placement {
  /**
   * The host on which `memoryMib` more is placed, or NONE (-1) when it fits nowhere. Called for every instance that
   * is created, after evictions if any; never allocates. The choice must fit: `hosts.fits(host, memoryMib)`.
   */
  choose(memoryMib: number): number;
  /** Told after every change of a host's room; needed only by policies that keep an order of their own. */
  changed?(host: number): void;
}

/** One row of the registry: all that help, docs and contract tests need to know. */
export interface PlacementSpec {
  readonly summary: string;
  create(hosts: Hosts, random: Random): Placement;
}
