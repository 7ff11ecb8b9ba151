import type {Choice} from '../../base/part.ts';
import type {Workload} from '../../workload/workload.ts';
import type {ColdContext, ColdTimeLaw} from '../cold-time/cold-time.ts';
import {checkColdTime, coldTimes, createColdTime} from '../cold-time/registry.ts';
import {refuseStartCores} from '../cold-time/start-cores.ts';
import type {FunctionSettings} from './columns.ts';

/** The cold times of the functions of a cell: the model that holds for all, or the one that is given for a function. */
export interface ColdByFunction {
  readonly law: ColdTimeLaw;
  /** 1: the trace's own cold times hold; undefined: for none. */
  readonly byCall: Uint8Array | undefined; // [function]
}

export function coldByFunction(
  choice: Choice,
  settings: FunctionSettings | undefined,
  context: ColdContext,
): ColdByFunction {
  const given = settings?.labels.cold;
  const own = (given?.values ?? []).map((text) => coldTimes.parse(text));
  own.forEach(refuseStartCores);
  const choices = [choice, ...own];
  const laws = choices.map((one) => createColdTime(one, context));
  const of = Int32Array.from(context.rows, (row) => (given === undefined ? 0 : given.id[row]! + 1));
  const byCall = Uint8Array.from(of, (one) => (coldTimes.named(choices[one]!.name).byCall ? 1 : 0));
  const law: ColdTimeLaw =
    laws.length === 1
      ? laws[0]!
      : {
          drawUs: (fn, nowUs) => laws[of[fn]!]!.drawUs(fn, nowUs),
          meanUs: (fn) => laws[of[fn]!]!.meanUs(fn),
          shareAbove: (fn, us) => laws[of[fn]!]!.shareAbove(fn, us),
        };
  return {law, byCall: byCall.includes(1) ? byCall : undefined};
}

/** Ends with exit 3 when the workload lacks what one of the models reads. */
export function checkColdTimes(
  choice: Choice,
  settings: FunctionSettings | undefined,
  columns: Pick<Workload, 'duration' | 'arrivals'>,
  place: string,
): void {
  checkColdTime(choice, columns, place);
  for (const text of settings?.labels.cold?.values ?? []) checkColdTime(coldTimes.parse(text), columns, place);
}
