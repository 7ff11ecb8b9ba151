import {mkdirSync} from 'node:fs';
import {usageError} from '../../base/errors.ts';
import {formatCount, formatTimeUs, US_PER_SECOND} from '../../base/units.ts';
import {checkOutput, writeOutput} from '../../files/output.ts';
import {cannotWrite} from '../../files/write-all.ts';
import type {FrontierRequest} from '../frontier.ts';
import {sweptTask} from '../frontier.ts';
import type {Listener} from '../listener.ts';
import {type ReplayRequest, settled} from '../replay.ts';
import {readDemand} from '../scaling/read-demand.ts';
import {type Estimate, estimateOf} from './estimate.ts';
import type {Job, JobEngine} from './job.ts';

type Replayed = Omit<ReplayRequest, 'report' | 'perFunction'>;
type Swept = Omit<FrontierRequest, 'report' | 'svg'>;

/** What `coldfront job` was asked to do. */
export interface JobRequest {
  readonly engine: JobEngine;
  /** What is shared out. */
  readonly run:
    | {readonly kind: 'replay'; readonly request: Replayed}
    | {readonly kind: 'frontier'; readonly request: Swept};
  readonly job: Omit<Job, 'resources'>;
  /** Undefined: as measured. */
  readonly memoryMib: number | undefined;
  readonly limitSeconds: number | undefined;
  readonly cpus: number;
  readonly force: boolean;
}

/** What was written, and what the run is estimated to take. */
export interface JobReport {
  readonly schema: 'coldfront.job/1';
  readonly engine: string;
  readonly shards: number;
  readonly files: readonly string[];
  /** What starts it. */
  readonly start: string;
  readonly memoryMib: number;
  readonly limitSeconds: number;
  /** Null: both were given, so nothing was measured. */
  readonly estimate: {
    readonly calls: number;
    readonly shareCalls: number;
    readonly callsPerSecond: number;
    readonly emptyShards: number;
  } | null;
}

/** Writes the files of a job into its folder. */
export async function writeJob(request: JobRequest, listener: Listener): Promise<JobReport> {
  const {engine, job, force, cpus} = request;
  refuse(engine, job);
  const estimate =
    request.memoryMib === undefined || request.limitSeconds === undefined
      ? await estimated(request, listener)
      : undefined;
  const memoryMib = request.memoryMib ?? estimate!.resources.memoryMib;
  const limitSeconds = request.limitSeconds ?? estimate!.resources.limitSeconds;
  const files = engine.files({...job, resources: {cpus, memoryMib, limitSeconds}});
  makeFolder(job.folder);
  const pathOf = ({name}: {readonly name: string}): string => `${job.folder}/${name}`;
  for (const file of files) checkOutput(pathOf(file), force);
  for (const file of files) writeOutput(pathOf(file), force, (sink) => sink.write(file.text));
  return {
    schema: 'coldfront.job/1',
    engine: engine.name,
    shards: job.shards,
    files: files.map(pathOf),
    start: engine.start({...job, resources: {cpus, memoryMib, limitSeconds}}),
    memoryMib,
    limitSeconds,
    estimate: estimate
      ? {
          calls: estimate.calls,
          shareCalls: Math.round(estimate.shareCalls),
          callsPerSecond: Math.round(estimate.callsPerSecond),
          emptyShards: estimate.emptyShards,
        }
      : null,
  };
}

function refuse(engine: JobEngine, job: Omit<Job, 'resources'>): void {
  for (const need of engine.needs) {
    if (job[need] === undefined) throw usageError(`--engine ${engine.name} needs --${need}`);
  }
  if (job.shards < engine.leastShards) {
    throw usageError(`--shards is ${job.shards}, an array of ${engine.name} has at least ${engine.leastShards}`);
  }
  // Scheduler directives have no way to write some characters.
  if (!/^[^\n"'\\%$`]+$/.test(job.folder)) {
    throw usageError(`--out is '${job.folder}', must be a folder without quotes, $, %, \\ and line ends in its name`);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, {recursive: true});
  } catch (error) {
    throw cannotWrite(folder, error as NodeJS.ErrnoException);
  }
}

async function estimated({run, job}: JobRequest, listener: Listener): Promise<Estimate> {
  const {request} = run;
  const {workload, options} = await settled(await readDemand(request, listener), request, listener);
  const task =
    run.kind === 'replay'
      ? {workload, task: {...run.request, options}}
      : sweptTask(workload, {...run.request, options}, listener);
  return estimateOf(task.workload, request.path, task.task, job.shards, listener);
}

/** What was written, for people. */
export function jobText({engine, shards, files, start, memoryMib, limitSeconds, estimate}: JobReport): string {
  const tasks = shards === 1 ? '1 share' : `${formatCount(shards)} shares`;
  const lines = [
    `${tasks} for ${engine}, each with ${formatCount(memoryMib)} MiB and at most ${formatTimeUs(limitSeconds * US_PER_SECOND)}`,
  ];
  if (estimate) {
    const us = (estimate.shareCalls / estimate.callsPerSecond) * US_PER_SECOND;
    lines.push(
      `${formatCount(estimate.calls)} calls in all, ${formatCount(estimate.shareCalls)} in the heaviest share: about ${formatTimeUs(Math.round(us))} at ${formatCount(estimate.callsPerSecond)} calls a second, as measured here`,
    );
    if (estimate.emptyShards > 0) {
      lines.push(
        `${formatCount(estimate.emptyShards)} of the shares have nothing to do: there are fewer cells (--cells)`,
      );
    }
  }
  return `${[...lines, '', ...files, '', `Start it: ${start}`].join('\n')}\n`;
}
