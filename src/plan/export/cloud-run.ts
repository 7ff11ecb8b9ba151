import {LazyList} from './json-pieces.ts';
import {dnsLabel} from './names.ts';
import {heldThroughout, type PlatformTarget} from './target.ts';
import {mostSlots, type NamedTimetable} from './timetable.ts';

/** What Cloud Run takes at most, as `--concurrency`. */
const MOST_CONCURRENCY = 1000;

interface CloudRunService {
  readonly service: string;
  readonly minInstances: number;
  /** Calls that an instance serves at once. */
  readonly concurrency: number;
  /** Absent: the plan does not say. */
  readonly maxInstances?: number;
  readonly command: string;
}

export const cloudRun: PlatformTarget = {
  name: 'cloud-run',
  title: 'Cloud Run',
  summary:
    'gcloud commands with --min-instances, --concurrency and --max-instances for Cloud Run services, a JSON list',
  format: 'json',
  names: dnsLabel('Cloud Run service', 49),
  lead: '0',
  followsClock: false,
  notes: (functions) => [
    ...heldThroughout('--min-instances', functions),
    ...(functions.some(({concurrency}) => concurrency > MOST_CONCURRENCY)
      ? [`Cloud Run serves up to ${MOST_CONCURRENCY} calls in an instance, so --concurrency is that at most`]
      : []),
  ],
  render: (functions, {knobs}) => new LazyList(() => services(functions, knobs?.max)),
};

/** One `gcloud run services update` each; the project and region are those of the user's configuration. */
function* services(functions: readonly NamedTimetable[], max: number | undefined): Generator<CloudRunService> {
  for (const {name, timetable, concurrency, most: own} of functions) {
    const minInstances = mostSlots(timetable);
    const most = Math.min(MOST_CONCURRENCY, concurrency);
    const limited = Number.isFinite(own) ? own : max;
    const maxInstances = limited === undefined ? undefined : Math.max(limited, minInstances);
    const limit = maxInstances === undefined ? '' : ` --max-instances=${maxInstances}`;
    yield {
      service: name,
      minInstances,
      concurrency: most,
      ...(maxInstances !== undefined && {maxInstances}),
      command: `gcloud run services update ${name} --min-instances=${minInstances} --concurrency=${most}${limit}`,
    };
  }
}
