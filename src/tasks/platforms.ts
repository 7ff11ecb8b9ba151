import {checkOutput} from '../files/output.ts';
import type {ContentionRequest} from '../fleet/contention/read-contention.ts';
import type {ReplayOptions} from '../replay/options.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import type {Threads} from '../replay/threads.ts';
import type {Listener} from './listener.ts';
import {type PlatformsReport, platformsReport} from './platforms/report.ts';
import {platformsPrinted} from './platforms/text.ts';
import {playedOn} from './replay.ts';
import {type ReportFile, writeReport} from './report-file.ts';
import {rightSize, type Sized} from './right-size/right-size.ts';
import {type DemandRequest, readDemand} from './scaling/read-demand.ts';

/** What flags say on a platform. */
export type OnPlatformFlags = (platform: string) => {
  readonly options: ReplayOptions;
  readonly policies: readonly PolicyChoice[];
  readonly contention: ContentionRequest | undefined;
};

/** What `coldfront platforms` was asked to do. */
export interface PlatformsRequest extends DemandRequest {
  /** Platforms as they are written: `lambda:account=500`. */
  readonly platforms: readonly string[];
  readonly on: OnPlatformFlags;
  readonly functions: string | undefined;
  readonly p99StartUs: number | undefined;
  readonly report: ReportFile | undefined;
  readonly force: boolean;
  readonly threads: Threads;
}

/** Reads a workload, replays it on each platform as it comes and with the best settings, writes the report and returns it. */
export async function runPlatforms(request: PlatformsRequest, listener: Listener): Promise<PlatformsReport> {
  const {path, platforms, on, functions, p99StartUs, threads, report: file, force} = request;
  if (file !== undefined) checkOutput(file.path, force);
  const workload = await readDemand(request, listener);
  const sized: Sized[] = [];
  for (const platform of platforms) {
    sized.push(
      await rightSize({
        platform,
        on: (text) => playedOn(workload, path, {...on(text), functions, threads}, listener),
        p99StartUs,
        threads,
        status: listener.status,
      }),
    );
  }
  listener.status?.(undefined);
  const report = platformsReport(workload, sized);
  if (file !== undefined) writeReport(file, force, report, platformsPrinted);
  return report;
}
