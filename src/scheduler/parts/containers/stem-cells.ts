import type {Containers} from './containers.ts';

/**
 * Containers without a function, so many on each host, all ready at time 0. A start of an instance of their size takes one
 * that is ready and has only its function to load; another is made in its place, which takes what it spared that start.
 * Their memory is taken off the host's for good: whoever takes one brings his own.
 */
export class StemCells {
  private readonly terms: Containers;
  private readonly memoryMib: Float64Array; // [function]
  /** When each is ready. [host * stemCells + k] */
  private readyUs = new Float64Array(0);

  constructor(memoryMib: Float64Array, terms: Containers) {
    this.memoryMib = memoryMib;
    this.terms = terms;
  }

  /** How long a start of `fn` on `host` takes that begins now and from nothing would take `coldUs`; whole microseconds. */
  startUs(host: number, fn: number, nowUs: number, coldUs: number): number {
    const {stemCells, stemMib, initShare} = this.terms;
    if (this.memoryMib[fn] !== stemMib) return coldUs;
    const base = host * stemCells;
    if (base + stemCells > this.readyUs.length) this.grow(base + stemCells);
    const initUs = Math.round(coldUs * initShare);
    for (let k = base; k < base + stemCells; k++) {
      if (this.readyUs[k]! > nowUs) continue;
      this.readyUs[k] = nowUs + coldUs - initUs;
      return initUs;
    }
    return coldUs;
  }

  private grow(cells: number): void {
    const readyUs = new Float64Array(2 * cells);
    readyUs.set(this.readyUs);
    this.readyUs = readyUs;
  }
}
