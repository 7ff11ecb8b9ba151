import {inputError} from '../../base/errors.ts';
import {int64At} from '../../workload/workload.ts';
import {type ColdColumns, coldTimeModel} from './cold-time.ts';

/** The trace's own cold times, call by call; an instance that no call of the trace asked for takes their mean. */
export const fromTrace = coldTimeModel({
  name: 'trace',
  summary: "the trace's own cold times, call by call",
  parameters: {},
  alike: false,
  byCall: true,
  checkColumns(columns, place) {
    if (columns.arrivals.coldUs !== undefined) return;
    throw inputError(
      place,
      'has no cold times, --cold trace needs them',
      'ingest with --map ...,cold=COLUMN:UNIT, or use --cold fixed:500ms',
    );
  },
  create(_, {columns, rows}) {
    const meanUs = Float64Array.from(rows, (row) => meanColdUs(columns, row));
    return {
      drawUs: (fn) => meanUs[fn]!,
      meanUs: (fn) => meanUs[fn]!,
      shareAbove: (fn, us) => shareAbove(columns, rows[fn]!, us),
    };
  },
});

function meanColdUs(columns: ColdColumns, row: number): number {
  const {coldUs} = columns.arrivals;
  if (coldUs === undefined || coldUs.length[row] === 0) return 0;
  const {values, start, length} = coldUs;
  let sum = 0;
  for (let i = start[row]!, end = i + length[row]!; i < end; i++) sum += int64At(values, i);
  return Math.round(sum / length[row]!);
}

function shareAbove(columns: ColdColumns, row: number, us: number): number {
  const {coldUs} = columns.arrivals;
  if (coldUs === undefined || coldUs.length[row] === 0) return 0;
  const {values, start, length} = coldUs;
  let above = 0;
  for (let i = start[row]!, end = i + length[row]!; i < end; i++) if (int64At(values, i) > us) above++;
  return above / length[row]!;
}
