import * as v from 'valibot';
import type {ObservedStarts, Workload, WorkloadMeta} from '../workload.ts';

export const WORKLOAD_KIND = 'coldfront.workload';
/**
 * Raised when an older coldfront could no longer read what this one writes. Version 2 knows calls whose duration or start
 * is unknown; in version 1 every call had both or none had.
 */
export const WORKLOAD_VERSION = 2;

/** Schema metadata of a workload file: strings, as Arrow has it. */
export function metadataOf({
  meta,
  duration,
  observed,
}: Pick<Workload, 'meta' | 'duration' | 'observed'>): Map<string, string> {
  return new Map([
    ['kind', WORKLOAD_KIND],
    ['version', String(WORKLOAD_VERSION)],
    ['source', meta.source],
    ['start_time', meta.startTime],
    ['origin_us', String(meta.originUs)],
    ['span_us', String(meta.spanUs)],
    ['licence', meta.licence],
    ['duration_levels', duration.levels.join(',')],
    ['clamped_durations', String(meta.clampedDurations)],
    ...(observed === undefined ? [] : [['cold_classes', classesText(observed)] as const]),
  ]);
}

function classesText({classUs, classCalls}: ObservedStarts): string {
  return Array.from(classUs, (us, k) => `${us}:${classCalls[k]}`).join(',');
}

const integer = v.pipe(v.string(), v.regex(/^-?\d{1,16}$/), v.transform(Number), v.safeInteger());
const levels = v.pipe(
  v.string(),
  v.transform((text) => (text === '' ? [] : text.split(',').map(Number))),
  v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  v.check((list) => list.every((level, k) => k === 0 || level > list[k - 1]!)),
);
/** `us:calls` of each class, ascending. */
const classes = v.pipe(
  v.optional(v.string(), ''),
  v.transform((text) => (text === '' ? [] : text.split(',').map((pair) => pair.split(':').map(Number)))),
  v.check((list) => list.every(([us, calls], k) => calls! > 0 && us! >= 0 && us! >= (list[k - 1]?.[0] ?? 0))),
);
const schema = v.object({
  source: v.string(),
  start_time: v.pipe(
    v.string(),
    v.check((text) => text === '' || Number.isFinite(Date.parse(text))),
  ),
  origin_us: integer,
  span_us: v.pipe(integer, v.minValue(0)),
  licence: v.string(),
  duration_levels: levels,
  clamped_durations: v.pipe(integer, v.minValue(0)),
  cold_classes: classes,
});

export interface ParsedMetadata {
  readonly meta: WorkloadMeta;
  readonly levels: number[];
  readonly coldClasses: Pick<ObservedStarts, 'classUs' | 'classCalls'>;
}

/** What `metadataOf` wrote; a sentence that says what is wrong when it cannot be that. */
export function parseMetadata(metadata: ReadonlyMap<string, string>): ParsedMetadata | string {
  const kind = metadata.get('kind');
  if (kind !== WORKLOAD_KIND) {
    return kind === undefined
      ? 'is an Arrow file without coldfront metadata, not a workload'
      : `is a '${kind}' file, not a workload`;
  }
  const version = Number(metadata.get('version'));
  if (version > WORKLOAD_VERSION) {
    return `is a workload of version ${version}; this coldfront reads up to version ${WORKLOAD_VERSION}`;
  }
  const result = v.safeParse(schema, Object.fromEntries(metadata));
  if (!(version === 1 || version === WORKLOAD_VERSION) || !result.success) {
    const key = result.issues?.[0]?.path?.[0]?.key ?? 'version';
    return `has the metadata ${String(key)} = '${metadata.get(String(key)) ?? ''}', which no workload has`;
  }
  const {output} = result;
  const meta: WorkloadMeta = {
    source: output.source,
    startTime: output.start_time,
    originUs: output.origin_us,
    spanUs: output.span_us,
    licence: output.licence,
    clampedDurations: output.clamped_durations,
  };
  const [classUs, classCalls] = [0, 1].map((k) => Float64Array.from(output.cold_classes, (pair) => pair[k]!));
  return {meta, levels: output.duration_levels, coldClasses: {classUs: classUs!, classCalls: classCalls!}};
}
