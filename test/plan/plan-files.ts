import {encodePlan} from '../../src/plan/file/encode-plan.ts';
import {type PlanFile, readPlan} from '../../src/plan/file/plan-file.ts';
import type {PlanRows, RowBatch} from '../../src/plan/file/plan-rows.ts';
import {type Reason, reasons} from '../../src/plan/outcome/reasons.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {minuteWorkload} from '../helpers/workload.ts';

/** A row of a plan as a test writes it; times in minutes. */
export interface PlanRow {
  function: string;
  app?: string;
  owner?: string;
  from: number;
  until: number;
  slots: number;
  repeat?: number;
  leadMs?: number;
  /** Calls that an instance serves at once; 2 ** 31 - 1: no limit. */
  concurrency?: number;
  /** Instances at most; Infinity: no limit. */
  most?: number;
  reason?: Reason;
}

function placesOfRows(rows: readonly PlanRow[], functions: number, rowOf: (row: PlanRow) => number): Int32Array {
  const places = new Int32Array(functions).fill(1);
  for (const row of rows) places[rowOf(row)] = row.concurrency ?? 1;
  return places;
}

/** The bytes of a plan file with these rows. */
export function planBytes(rows: readonly PlanRow[], metadata: Record<string, string> = {}): ArrayBuffer {
  const workload: Workload = minuteWorkload(
    rows.map((row) => ({
      function: row.function,
      app: row.app ?? 'app',
      owner: row.owner ?? 'owner',
      minute: 0,
      count: 1,
    })),
  );
  const rowOf = (row: PlanRow): number =>
    Array.from({length: workload.functions}, (_, f) => f).find(
      (f) =>
        workload.name.at(f) === row.function &&
        workload.app.values[workload.app.id[f]!] === (row.app ?? 'app') &&
        workload.owner.values[workload.owner.id[f]!] === (row.owner ?? 'owner'),
    )!;
  const us = (minutes: number): number => minutes * 60e6;
  const batch: RowBatch = {
    function: Int32Array.from(rows, rowOf),
    slots: Int32Array.from(rows, ({slots}) => slots),
    reason: Uint8Array.from(rows, ({reason}) => reasons.indexOf(reason ?? reasons[0])),
    nextSlotUsdPerDay: new Float32Array(rows.length),
    startUs: Float64Array.from(rows, ({from}) => us(from)),
    endUs: Float64Array.from(rows, ({until}) => us(until)),
    repeatUs: Float64Array.from(rows, ({repeat}) => us(repeat ?? 0)),
    leadUs: Float64Array.from(rows, ({leadMs}) => (leadMs ?? 0) * 1000),
  };
  const all: PlanRows = {
    batches: rows.length > 0 ? [batch] : [],
    rows: rows.length,
    spillUs: undefined,
    places: rows.some(({concurrency}) => concurrency !== undefined)
      ? placesOfRows(rows, workload.functions, rowOf)
      : undefined,
    most: rows.some(({most}) => most !== undefined)
      ? Float64Array.from(
          {length: workload.functions},
          (_, f) => rows.find((row) => rowOf(row) === f)!.most ?? Infinity,
        )
      : undefined,
    unitsOf: new Float64Array(reasons.length),
    refused: [],
  };
  const pieces: Uint8Array[] = [];
  encodePlan(workload, all, new Map(Object.entries(metadata)), {
    write: (piece) => pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece.slice()),
  });
  const bytes = Buffer.concat(pieces);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

export function planOf(rows: readonly PlanRow[], metadata: Record<string, string> = {}): PlanFile {
  return readPlan(planBytes(rows, metadata), 'p.arrow');
}
