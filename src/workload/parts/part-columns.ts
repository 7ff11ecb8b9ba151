import {inputError} from '../../base/errors.ts';
import {doubled} from '../columns.ts';
import {invocationsOf, type ObservedStarts, type Workload} from '../workload.ts';

const FIELDS = ['calls', 'memoryMib', 'meanMs', 'minMs', 'maxMs', 'known', 'cold'] as const;

/**
 * What functions are, over several parts: of a function in more than one, the largest memory, the least and the most
 * duration, means and percentiles weighted by calls. What is the same in all parts stays exactly that.
 */
export class PartColumns {
  private readonly columns: Record<(typeof FIELDS)[number], Float64Array> = {
    ...{calls: new Float64Array(0), memoryMib: new Float64Array(0), meanMs: new Float64Array(0)},
    ...{minMs: new Float64Array(0), maxMs: new Float64Array(0), known: new Float64Array(0), cold: new Float64Array(0)},
  };
  private percentileMs = new Float64Array(0);
  private levels: readonly number[] | undefined;
  private readonly classes = new Map<number, number>();
  private observes = true;

  /** `own`: the number of each of the part's functions among the `size` of all. */
  add(path: string, workload: Workload, own: Int32Array, size: number): void {
    const {duration, memoryMib, observed} = workload;
    this.levels ??= duration.levels;
    if (duration.levels.join() !== this.levels.join()) {
      const said = (levels: readonly number[]): string => (levels.length === 0 ? 'none' : levels.join(', '));
      throw inputError(path, `has percentiles ${said(duration.levels)}, other parts ${said(this.levels)}`);
    }
    this.makeRoom(size);
    const {columns} = this;
    const stride = this.levels.length;
    for (let f = 0; f < own.length; f++) {
      const row = own[f]!;
      const calls = invocationsOf(workload, f);
      const before = columns.calls[row]!;
      columns.memoryMib[row] = larger(columns.memoryMib[row]!, memoryMib[f]!);
      columns.meanMs[row] = weighted(columns.meanMs[row]!, before, duration.meanMs[f]!, calls);
      columns.minMs[row] = -larger(-columns.minMs[row]!, -duration.minMs[f]!);
      columns.maxMs[row] = larger(columns.maxMs[row]!, duration.maxMs[f]!);
      for (let k = 0; k < stride; k++) {
        const at = row * stride + k;
        this.percentileMs[at] = weighted(this.percentileMs[at]!, before, duration.percentileMs[f * stride + k]!, calls);
      }
      columns.calls[row] = before + calls;
      if (observed === undefined) continue;
      columns.known[row]! += observed.known[f]!;
      columns.cold[row]! += observed.cold[f]!;
    }
    if (observed === undefined) this.observes = false;
    else {
      for (const [k, us] of observed.classUs.entries()) {
        this.classes.set(us, (this.classes.get(us) ?? 0) + observed.classCalls[k]!);
      }
    }
  }

  finish(functions: number): Pick<Workload, 'memoryMib' | 'duration' | 'observed'> & {calls: Float64Array} {
    const cut = (name: (typeof FIELDS)[number]): Float64Array => this.columns[name].slice(0, functions);
    const levels = this.levels ?? [];
    const duration = {
      ...{meanMs: cut('meanMs'), minMs: cut('minMs'), maxMs: cut('maxMs'), levels},
      percentileMs: this.percentileMs.slice(0, functions * levels.length),
    };
    return {
      ...{calls: cut('calls'), memoryMib: cut('memoryMib'), duration},
      ...(this.observes && {observed: this.observed(cut)}),
    };
  }

  private observed(cut: (name: 'known' | 'cold') => Float64Array): ObservedStarts {
    const ascending = [...this.classes].sort(([a], [b]) => a - b);
    return {
      ...{known: cut('known'), cold: cut('cold')},
      classUs: Float64Array.from(ascending, ([us]) => us),
      classCalls: Float64Array.from(ascending, ([, calls]) => calls),
    };
  }

  private makeRoom(size: number): void {
    for (const name of FIELDS) {
      const blank = name === 'calls' || name === 'known' || name === 'cold' ? 0 : Number.NaN;
      while (this.columns[name].length < size) {
        const {length} = this.columns[name];
        this.columns[name] = doubled(this.columns[name]).fill(blank, length);
      }
    }
    const all = size * (this.levels?.length ?? 0);
    while (this.percentileMs.length < all) {
      const {length} = this.percentileMs;
      this.percentileMs = doubled(this.percentileMs).fill(Number.NaN, length);
    }
  }
}

/** NaN is unknown. */
function larger(a: number, b: number): number {
  return a >= b || Number.isNaN(b) ? a : b;
}

function weighted(a: number, callsA: number, b: number, callsB: number): number {
  if (a === b || Number.isNaN(b) || callsB === 0) return Number.isNaN(a) ? b : a;
  if (Number.isNaN(a) || callsA === 0) return b;
  return (a * callsA + b * callsB) / (callsA + callsB);
}
