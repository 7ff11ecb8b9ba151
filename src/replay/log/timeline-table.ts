import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {unservedNames} from '../../scheduler/core/call-outcomes.ts';
import type {ReplayOptions} from '../options.ts';
import type {PayerKind, Payers} from '../report/chargeback.ts';
import type {CallTable, Cut} from './call-table.ts';
import {fieldOf, TIMELINE_FIELDS, type TimelineField} from './timeline-rows.ts';
import {type Store, ToldRows} from './told-rows.ts';

/** Where cells' windows go until they are written. */
export function timelineTold(store: Store): ToldRows {
  return new ToldRows(store, TIMELINE_FIELDS);
}

/** Whose rows there are; undefined: all together. */
export interface Shared {
  readonly by: PayerKind;
  readonly payers: Payers;
}

/** A column: its name, and its value of a row that is summed up over all cells. */
interface Derived {
  readonly name: string;
  readonly kind: 'whole' | 'number';
  readonly optional?: boolean;
  readonly value: (row: Float64Array, lengthUs: number) => number;
}

const count = (name: string, field: TimelineField): Derived => ({
  name,
  kind: 'whole',
  value: (row) => row[fieldOf(field)]!,
});
const seconds = (name: string, field: TimelineField): Derived => ({
  name,
  kind: 'number',
  value: (row) => row[fieldOf(field)]! / US_PER_SECOND,
});
const mean = (name: string, field: TimelineField): Derived => ({
  name,
  kind: 'number',
  value: (row, lengthUs) => row[fieldOf(field)]! / lengthUs,
});

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const figures: readonly Derived[] = [
  count('invocations', 'invocations'),
  count('warm', 'warm'),
  count('cold', 'cold'),
  ...[...unservedNames, 'duplicated' as const].map((name) => count(snakeCase(name), name)),
  count('prewarms', 'prewarms'),
  {name: 'starts', kind: 'whole', value: (row) => row[fieldOf('cold')]! + row[fieldOf('prewarms')]!},
  {
    name: 'cold_share',
    kind: 'number',
    optional: true,
    value: (row) => row[fieldOf('cold')]! / (row[fieldOf('cold')]! + row[fieldOf('warm')]!),
  },
  mean('busy', 'busyUs'),
  mean('idle', 'idleUs'),
  mean('starting', 'startingUs'),
  mean('queued', 'queuedUs'),
  count('waiting', 'waiting'),
  seconds('busy_slot_seconds', 'busyUs'),
  seconds('idle_slot_seconds', 'idleUs'),
  seconds('starting_slot_seconds', 'startingUs'),
  seconds('delay_seconds', 'delayUs'),
  {name: 'usd', kind: 'number', value: (row) => row[fieldOf('usd')]!},
];

const FIRST = 4;

/**
 * The timeline of `--timeline`: a row a policy, window and payer. `from_ms` and `until_ms` since time 0; `busy`, `idle` and
 * `starting` are instances on average, `queued` calls that wait for room on average, `waiting` those, and those that will be tried
 * again, as the window ends. Counts, slot-seconds, delays and dollars of all
 * windows add up to those of the report.
 */
export function timelineTable(
  policies: readonly string[],
  told: ToldRows,
  cuts: readonly Cut[],
  options: ReplayOptions,
  everyUs: number,
  shared: Shared | undefined,
): CallTable {
  const {fromUs, untilUs} = options;
  const whole = (name: string, field: number) => ({name, field, kind: 'whole' as const});
  const fields = FIRST + figures.length;
  function* batches(): Generator<Float64Array> {
    for (const [policy, {count: cells}] of cuts.entries()) {
      for (const row of summed(told.merged(policy, cells))) {
        const wide = new Float64Array(fields);
        const startUs = fromUs + row[0]! * everyUs;
        const endUs = Math.min(untilUs, startUs + everyUs);
        wide.set([policy, row[1]!, startUs / US_PER_MS, endUs / US_PER_MS]);
        for (const [k, {value}] of figures.entries()) wide[FIRST + k] = value(row, endUs - startUs);
        yield wide;
      }
    }
  }
  const names = shared?.payers.of.map(({payer}) => payer);
  return {
    columns: [
      {...whole('policy', 0), labels: policies},
      ...(names ? [{...whole(shared!.by, 1), labels: names}] : []),
      {...whole('from_ms', 2), kind: 'number'},
      {...whole('until_ms', 3), kind: 'number'},
      ...figures.map(({name, kind, optional}, k) => ({name, field: FIRST + k, kind, ...(optional && {optional})})),
    ],
    fields,
    batches: batches(),
  };
}

/** Rows of the same window and payer, which follow each other, as one. */
function* summed(pieces: Iterable<Float64Array>): Generator<Float64Array> {
  let sum: Float64Array | undefined;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += TIMELINE_FIELDS) {
      if (sum !== undefined && sum[0] === piece[at] && sum[1] === piece[at + 1]) {
        for (let k = 2; k < TIMELINE_FIELDS; k++) sum[k]! += piece[at + k]!;
        continue;
      }
      if (sum !== undefined) yield sum;
      sum = piece.slice(at, at + TIMELINE_FIELDS);
    }
  }
  if (sum !== undefined) yield sum;
}
