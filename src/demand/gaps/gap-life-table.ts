import {CLASS_BINS, classEdges, GAP_CLASSES, gapClass, hazardWithoutData} from './gap-bins.ts';

/**
 * What is known of idle gaps by how long they have lasted, as a table of life: of those that reach a class, how many end
 * in it and how long they stay in it. Gaps shorter than the first edge are in no class. Censored ones count as far as
 * they were seen.
 */
export class GapLifeTable {
  /** Gaps that last till the class begins. [class] */
  readonly reached = new Float64Array(GAP_CLASSES);
  /** Those of them that end in it. */
  readonly ended = new Float64Array(GAP_CLASSES);
  /** Time that all of them spend in it, seconds. */
  readonly seconds = new Float64Array(GAP_CLASSES);

  clear(): void {
    this.reached.fill(0);
    this.ended.fill(0);
    this.seconds.fill(0);
  }

  /** A gap of that length; `closed` when a call ended it, otherwise it was still open. */
  add(seconds: number, closed: boolean): void {
    const last = gapClass(seconds);
    for (let k = 0; k <= last && k < GAP_CLASSES; k++) {
      const ends = k === last;
      const [from, until] = [classEdges[k]!, classEdges[k + 1]!];
      this.seconds[k]! += (ends ? seconds : until) - from;
      // A gap that was seen for half of a class says half as much about it.
      this.reached[k]! += ends && !closed ? (seconds - from) / (until - from) : 1;
      if (ends && closed) this.ended[k]! += 1;
    }
  }

  /** Adds `share` of another one's evidence, in each class no more than that of `most` gaps. */
  blend({reached, ended, seconds}: GapLifeTable, share: number, most = Number.POSITIVE_INFINITY): void {
    for (let k = 0; k < GAP_CLASSES; k++) {
      if (reached[k] === 0) continue;
      const weight = Math.min(share, most / reached[k]!);
      this.reached[k]! += weight * reached[k]!;
      this.ended[k]! += weight * ended[k]!;
      this.seconds[k]! += weight * seconds[k]!;
    }
  }

  /** Adds another one's rates as if `gaps` gaps had been seen in each class that it knows. */
  borrow(other: GapLifeTable, gaps: number): void {
    for (let k = 0; k < GAP_CLASSES; k++) {
      if (other.reached[k] === 0) continue;
      const share = gaps / other.reached[k]!;
      this.reached[k]! += gaps;
      this.ended[k]! += share * other.ended[k]!;
      this.seconds[k]! += share * other.seconds[k]!;
    }
  }
}

/** Gaps of which nothing is known, as one that reaches every class: `hazardWithoutData`. */
export function unknownGaps(): GapLifeTable {
  const table = new GapLifeTable();
  for (let k = 0; k < GAP_CLASSES; k++) {
    const [from, until] = [classEdges[k]!, classEdges[k + 1]!];
    table.reached[k] = 1;
    table.ended[k] = hazardWithoutData(CLASS_BINS);
    table.seconds[k] = 2 * (Math.sqrt(from * until) - from);
  }
  return table;
}

/**
 * The time to keep an idle instance for, seconds, one of the edges, that saves most: each class that is waited through
 * avoids the cold starts of the gaps that end in it and costs their idle time. `breakEvenSeconds` is the idle time that
 * costs as much as a cold start; Infinity: keep for as long as there are edges.
 */
export function bestKeepSeconds({reached, ended, seconds}: GapLifeTable, breakEvenSeconds: number): number {
  if (breakEvenSeconds === Number.POSITIVE_INFINITY) return classEdges[GAP_CLASSES]!;
  let best = 0;
  let most = 0;
  let saved = 0;
  let alive = 1;
  for (let k = 0; k < GAP_CLASSES && reached[k]! > 0; k++) {
    const ends = Math.min(1, ended[k]! / reached[k]!);
    saved += alive * (ends * breakEvenSeconds - seconds[k]! / reached[k]!);
    alive *= 1 - ends;
    if (saved > most) {
      most = saved;
      best = k + 1;
    }
  }
  return classEdges[best]!;
}
