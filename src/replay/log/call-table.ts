import {callOutcomes} from '../../scheduler/core/call-outcomes.ts';
import * as row from '../../scheduler/core/call-rows.ts';
import type {Workload} from '../../workload/workload.ts';
import {type Store, ToldRows} from './told-rows.ts';

/** Texts by number. */
interface Labels {
  readonly length: number;
  at(k: number): string | undefined;
}

/** A column of the log, as files/row-table.ts has it. */
interface LogColumn {
  readonly name: string;
  readonly field: number;
  readonly kind: 'whole' | 'number';
  readonly labels?: Labels;
  readonly optional?: boolean;
}

/** The moment its fate is known is not written down: its place says which policy it is, the next which app. */
const POLICY = row.FATE_US;
const APP = row.CALL_FIELDS;
const FIELDS = row.CALL_FIELDS + 1;

/** A row a call: what became of it under each policy. Times in microseconds since time 0. */
export interface CallTable {
  readonly columns: readonly LogColumn[];
  readonly fields: number;
  readonly batches: Iterable<Float64Array>;
}

/** How the fleet of a policy is cut: into cells, or into parts of one that has no limit. */
export interface Cut {
  readonly count: number;
  readonly parts: boolean;
}

/** Where cells' rows of calls go until they are written. */
export function callsTold(store: Store): ToldRows {
  return new ToldRows(store, row.CALL_FIELDS);
}

/**
 * The call log of `--calls`: by policy, then cell, then the moment its fate is known, then function. The parts of a fleet
 * without limits are one cell.
 */
export function callTable(
  workload: Workload,
  policies: readonly string[],
  told: ToldRows,
  cuts: readonly Cut[],
): CallTable {
  const {name, app} = workload;
  const whole = (title: string, field: number, optional = false): LogColumn => ({
    name: title,
    field,
    kind: 'whole',
    ...(optional && {optional}),
  });
  return {
    columns: [
      {...whole('policy', POLICY), labels: policies},
      {...whole('function', row.CALL_FN), labels: name},
      {...whole('app', APP), labels: app.values},
      whole('arrival_us', row.CALLED_US),
      whole('start_us', row.START_US, true),
      whole('end_us', row.END_US, true),
      {...whole('outcome', row.OUTCOME), labels: callOutcomes},
      whole('cold_us', row.START_TOOK_US, true),
      whole('queue_us', row.WAIT_US),
      whole('host', row.ON_HOST, true),
      whole('instance', row.ON_INSTANCE, true),
      whole('attempts', row.ATTEMPTS),
    ],
    fields: FIELDS,
    batches: inOrder(workload, told, cuts),
  };
}

function* inOrder({app}: Workload, told: ToldRows, cuts: readonly Cut[]): Generator<Float64Array> {
  for (const [policy, {count, parts}] of cuts.entries()) {
    for (const rows of parts ? told.merged(policy, count) : told.byCell(policy, count)) {
      const calls = rows.length / row.CALL_FIELDS;
      const wide = new Float64Array(calls * FIELDS);
      for (let k = 0; k < calls; k++) {
        const at = k * FIELDS;
        wide.set(rows.subarray(k * row.CALL_FIELDS, (k + 1) * row.CALL_FIELDS), at);
        wide[at + POLICY] = policy;
        wide[at + APP] = app.id[rows[k * row.CALL_FIELDS + row.CALL_FN]!]!;
      }
      yield wide;
    }
  }
}

/** Hears the start delay of each call of some rows that a cell has told, us; those that never started are left out. */
export function eachStartDelayUs(rows: Float64Array, hear: (us: number) => void): void {
  for (let at = 0; at < rows.length; at += row.CALL_FIELDS) {
    const us = rows[at + row.START_US]! - rows[at + row.CALLED_US]!;
    if (us >= 0) hear(us);
  }
}
