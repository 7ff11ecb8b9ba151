import {QuantileSketch} from '../../base/sketch.ts';
import {stableOrder} from '../../base/sort.ts';

/** Delays kept back until there are so many. */
const KEPT = 1 << 14;

/**
 * Start delays above 0 of each team. Hundreds of sketches fit no cache, so delays are kept back and handed over team
 * by team.
 */
export class TeamDelays {
  private readonly team: Int32Array; // [function]
  private readonly sketches = new Map<number, QuantileSketch>();
  private readonly keptTeam: Int32Array;
  private readonly keptUs: Float64Array;
  private kept = 0;
  private readonly order: Int32Array;
  private readonly orderToo: Int32Array;

  /** `team` of each function; empty when nobody asks for teams. */
  constructor(team: Int32Array) {
    const room = team.length === 0 ? 0 : KEPT;
    this.team = team;
    this.keptTeam = new Int32Array(room);
    this.keptUs = new Float64Array(room);
    this.order = new Int32Array(room);
    this.orderToo = new Int32Array(room);
  }

  /** A call of `fn` started after `delayUs`. */
  add(fn: number, delayUs: number): void {
    if (this.team.length === 0) return;
    if (this.kept === KEPT) this.handOver();
    const k = this.kept++;
    this.keptTeam[k] = this.team[fn]!;
    this.keptUs[k] = delayUs;
  }

  /** The sketches of teams with delays. */
  get byTeam(): ReadonlyMap<number, QuantileSketch> {
    this.handOver();
    return this.sketches;
  }

  reset(): void {
    this.kept = 0;
    this.sketches.clear();
  }

  private handOver(): void {
    const order = stableOrder(this.keptTeam, this.kept, this.order, this.orderToo);
    let sketch: QuantileSketch | undefined;
    let before = -1;
    for (let k = 0; k < this.kept; k++) {
      const team = this.keptTeam[order[k]!]!;
      if (sketch === undefined || team !== before) sketch = this.sketchOf(team);
      sketch.add(this.keptUs[order[k]!]!);
      before = team;
    }
    this.kept = 0;
  }

  private sketchOf(team: number): QuantileSketch {
    const known = this.sketches.get(team);
    if (known !== undefined) return known;
    const made = new QuantileSketch();
    this.sketches.set(team, made);
    return made;
  }
}
