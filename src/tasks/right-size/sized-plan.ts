import {US_PER_HOUR} from '../../base/units.ts';
import type {OutputSink} from '../../files/output.ts';
import {settingOf} from '../../fleet/settings/columns.ts';
import {UNLIMITED_PLACES} from '../../fleet/settings/places.ts';
import type {Knobs} from '../../plan/export/knobs.ts';
import {encodePlan} from '../../plan/file/encode-plan.ts';
import type {RowBatch} from '../../plan/file/plan-rows.ts';
import {type Reason, reasons} from '../../plan/outcome/reasons.ts';
import type {Workload} from '../../workload/workload.ts';
import type {Sized} from './right-size.ts';

/** Windows of hours: from, until, and what is kept in them. */
export interface Stretch {
  readonly fromHour: number;
  readonly untilHour: number;
  readonly count: number;
}

/** The hours of a day as stretches of equal counts. */
export function stretchesOf(counts: readonly number[]): Stretch[] {
  const found: {fromHour: number; untilHour: number; count: number}[] = [];
  for (const [hour, count] of counts.entries()) {
    const last = found.at(-1);
    if (last?.count === count) last.untilHour = hour + 1;
    else found.push({fromHour: hour, untilHour: hour + 1, count});
  }
  return found;
}

/**
 * Writes the settings as a plan file, which `export` hands to platforms and `replay` follows: the instances kept as slots,
 * a row without any for each other function that is called, limits of each, and what holds of all functions in the metadata.
 */
export function writeSizedPlan(workload: Workload, sized: Sized, summary: object, sink: OutputSink): void {
  const {hours, best, functions} = sized;
  const daily = hours.sums > 1;
  const {spanUs} = workload.meta;
  const rows: [fn: number, stretch: Stretch][] = [];
  const keeping = new Set<number>();
  for (const {row, counts} of functions) {
    const some = stretchesOf(counts).filter(({count}) => count > 0);
    if (some.length > 0) keeping.add(row);
    for (const stretch of some) rows.push([row, stretch]);
  }
  const whole = {fromHour: 0, untilHour: hours.sums, count: 0};
  best.ledger.functions.calls.forEach((calls, row) => {
    if (calls > 0 && !keeping.has(row)) rows.push([row, whole]);
  });
  const needed = reasons.indexOf(sized.targetUs < Number.POSITIVE_INFINITY ? NEEDED : PAYS);
  const endUs = ({untilHour}: Stretch): number => (daily ? untilHour * US_PER_HOUR : spanUs);
  const column = (of: (stretch: Stretch) => number) => rows.map(([, stretch]) => of(stretch));
  const batch: RowBatch = {
    function: Int32Array.from(rows, ([fn]) => fn),
    slots: Int32Array.from(column(({count}) => count)),
    reason: Uint8Array.from(column(({count}) => (count > 0 ? needed : reasons.indexOf(RARE)))),
    nextSlotUsdPerDay: new Float32Array(rows.length),
    startUs: Float64Array.from(column(({fromHour}) => (daily ? fromHour * US_PER_HOUR : 0))),
    endUs: Float64Array.from(column(endUs)),
    repeatUs: Float64Array.from(column(() => (daily ? 24 * US_PER_HOUR : 0))),
    leadUs: new Float64Array(rows.length),
  };
  const metadata = new Map([
    ['rest', /^fixed:ttl=/.test(best.run.policy) ? best.run.policy : 'keep'],
    ...(typeof best.on.policy.values.ttl === 'number'
      ? [['spill_us', String(best.on.policy.values.ttl)] as const]
      : []),
    ['source', workload.meta.source],
    ['start_time', workload.meta.startTime],
    ['origin_us', String(workload.meta.originUs)],
    ['platform', JSON.stringify(knobsOf(sized))],
    ['summary', JSON.stringify(summary)],
  ]);
  const {settings, concurrency} = best.on.options;
  const places = Int32Array.from({length: workload.functions}, (_, row) =>
    Math.min(UNLIMITED_PLACES, settingOf(settings, 'concurrency', row, concurrency)),
  );
  const most = sized.most?.map((its) => (Number.isNaN(its) ? Number.POSITIVE_INFINITY : its));
  const made = {batches: rows.length > 0 ? [batch] : [], rows: rows.length, spillUs: undefined, places, most};
  encodePlan(workload, {...made, unitsOf: new Float64Array(reasons.length), refused: []}, metadata, sink);
}

const NEEDED: Reason = 'kept: needed for the start-delay objective';
const PAYS: Reason = 'kept: saves more than it costs';
const RARE: Reason = 'refused: called too rarely to pay';

/** What holds of every function of the platform. */
export function knobsOf({best}: Sized): Knobs {
  const {options, policy} = best.on;
  const {platform} = options;
  const {concurrency} = options;
  const values = platform?.values ?? {};
  const given = platform?.platform.functions?.max;
  const containers = platform?.platform.containers;
  return {
    platform: platform?.name ?? '',
    text: best.platform,
    ...(Number.isFinite(concurrency) ? {concurrency} : {concurrency: 0}),
    ...(given !== undefined && {max: given}),
    ...(policy.name === 'knative' && {
      target: Number(policy.values.target) || (Number.isFinite(concurrency) ? concurrency : 100),
      utilization: Number(policy.values.utilization),
      windowS: Number(policy.values.window) / 1e6,
    }),
    ...(platform?.platform.httpPlaces !== undefined && {http: platform.platform.httpPlaces}),
    ...(containers && {stemCells: containers.stemCells, stemMib: containers.stemMib}),
    keepAliveS: typeof values['keep-alive'] === 'number' ? values['keep-alive'] / 1e6 : null,
  };
}
