import {checkOutput, writeOutput} from '../files/output.ts';
import type {Threads} from '../replay/threads.ts';
import type {Listener} from './listener.ts';
import type {OnPlatformFlags} from './platforms.ts';
import {playedOn} from './replay.ts';
import {type PlatformPlanReport, platformPlanReport} from './right-size/report.ts';
import {rightSize} from './right-size/right-size.ts';
import {writeSizedPlan} from './right-size/sized-plan.ts';
import {type DemandRequest, readDemand} from './scaling/read-demand.ts';

/** What `coldfront plan --platform` was asked to do. */
export interface PlatformPlanRequest extends DemandRequest {
  /** Plan file to write; undefined: none. */
  readonly out: string | undefined;
  readonly force: boolean;
  /** The platform as it is now: `lambda:account=500`. */
  readonly platform: string;
  readonly on: OnPlatformFlags;
  readonly functions: string | undefined;
  /** 99 % of calls are to start within; undefined: as they do now, unless waiting has a price. */
  readonly p99StartUs: number | undefined;
  readonly threads: Threads;
}

/** Reads a workload, finds the platform's settings by replaying candidates, writes the plan file, and returns the report. */
export async function runPlatformPlan(request: PlatformPlanRequest, listener: Listener): Promise<PlatformPlanReport> {
  const {path, out, force, platform, on, functions, p99StartUs, threads} = request;
  if (out !== undefined) checkOutput(out, force);
  const workload = await readDemand(request, listener);
  const sized = await rightSize({
    platform,
    on: (text) => playedOn(workload, path, {...on(text), functions, threads}, listener),
    p99StartUs,
    threads,
    status: listener.status,
  });
  listener.status?.(undefined);
  const report = platformPlanReport(sized);
  if (out !== undefined) writeOutput(out, force, (sink) => writeSizedPlan(workload, sized, report, sink));
  return report;
}
