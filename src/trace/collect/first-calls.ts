import type {RowProblem} from '../../files/rows.ts';
import {COLD_UNTIMED, UNKNOWN_START, WARM} from '../../workload/workload.ts';
import {arrivalOf, type CallCollector, type LoggedCall, problemOf} from './calls.ts';

/**
 * Takes the first call of each instance for its cold start, where a log says no more. Of every instance the earliest
 * call so far is kept back, for logs come in any order.
 */
export class FirstCalls {
  private readonly calls: CallCollector;
  private readonly earliest = new Map<string, LoggedCall>();

  constructor(calls: CallCollector) {
    this.calls = calls;
  }

  /** Adds a call of an instance; of '', of which nothing is known, it may have been cold or not. */
  add(instance: string, its: Omit<LoggedCall, 'coldUs'>): RowProblem | undefined {
    const call = {...its, coldUs: instance === '' ? UNKNOWN_START : WARM};
    const problem = problemOf(call);
    if (problem !== undefined || instance === '') return problem ?? this.calls.add(call);
    const first = this.earliest.get(instance);
    if (first !== undefined && arrivalOf(first) <= arrivalOf(call)) return this.calls.add(call);
    if (first !== undefined) this.calls.add(first);
    this.earliest.set(instance, call);
    return undefined;
  }

  /** Adds the calls that were kept back, now that they are known to be the first. */
  settle(): void {
    for (const call of this.earliest.values()) this.calls.add({...call, coldUs: COLD_UNTIMED});
    this.earliest.clear();
  }
}
