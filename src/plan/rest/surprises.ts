import {classEdges, GAP_CLASSES} from '../../demand/gaps/gap-bins.ts';
import {GAP_LENGTHS} from '../../demand/gaps/level-gaps.ts';

/**
 * Calls that no curve expects where they come: rates rise, habits change, and levels of concurrency are reached that
 * history never or hardly saw. No slot is there for them, so whether they are cold is the rest's business alone.
 */
export interface Surprises {
  /** Which kind each function is of. [function] */
  readonly kind: Uint8Array;
  readonly laws: readonly SurpriseLaw[];
}

/** However rarely a function is called, so great a share of its calls is as expected. */
const MOST_SURPRISING = 0.5;

/** How often an instance beyond all that was expected is left idle and wanted again, by how long it then was. */
export class SurpriseLaw {
  /** Such gaps a second: shorter than all classes, of each class, and longer than all. */
  private readonly perSecond: Float64Array;
  private readonly total: number;

  constructor(perSecond: Float64Array) {
    this.perSecond = perSecond;
    this.total = perSecond.reduce((sum, gaps) => sum + gaps, 0);
  }

  /** The share of calls at a rate that come as a surprise. */
  shareOf(ratePerSecond: number): number {
    return ratePerSecond > 0 ? Math.min(MOST_SURPRISING, this.total / ratePerSecond) : 0;
  }

  /** The share of the gaps at whose end the instance is gone. */
  coldShare(keepSeconds: number): number {
    return this.mean((bin) => shareBeyond(bin, keepSeconds));
  }

  /** Time that the instance idles in a gap, the mean. */
  idleSeconds(keepSeconds: number): number {
    return this.mean((bin) => Math.min(keepSeconds, middleOf(bin)));
  }

  private mean(of: (bin: number) => number): number {
    let sum = 0;
    for (let bin = 0; bin < GAP_LENGTHS; bin++) {
      if (this.perSecond[bin]! > 0) sum += this.perSecond[bin]! * of(bin);
    }
    return this.total > 0 ? sum / this.total : 0;
  }
}

/** Of the gaps of a bin, taken as even in the logarithm, those at least so long. */
function shareBeyond(bin: number, keepSeconds: number): number {
  if (bin === 0) return keepSeconds < classEdges[0]! ? 1 - keepSeconds / classEdges[0]! : 0;
  if (bin > GAP_CLASSES) return 1;
  const [from, until] = [classEdges[bin - 1]!, classEdges[bin]!];
  if (keepSeconds <= from) return 1;
  return keepSeconds >= until ? 0 : Math.log(until / keepSeconds) / Math.log(until / from);
}

function middleOf(bin: number): number {
  if (bin === 0) return classEdges[0]! / 2;
  if (bin > GAP_CLASSES) return Number.POSITIVE_INFINITY;
  return Math.sqrt(classEdges[bin - 1]! * classEdges[bin]!);
}
