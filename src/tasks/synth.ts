import {inputError} from '../base/errors.ts';
import {checkOutput} from '../files/output.ts';
import {readWorkload, writeWorkload} from '../workload/file/file.ts';
import {type SynthTask, synth} from '../workload/synth/synth.ts';
import {type SynthReport, synthReport} from '../workload/synth/synth-report.ts';
import type {Workload} from '../workload/workload.ts';

/** What `coldfront synth` was asked to do. */
export interface SynthRequest extends SynthTask {
  /** Workload to take after, `-` for stdin; undefined: Azure's population. */
  readonly like: string | undefined;
  /** Workload file to write. */
  readonly out: string;
  readonly force: boolean;
}

/** Makes a workload, writes it, and returns the report. */
export async function runSynth(request: SynthRequest): Promise<SynthReport> {
  const {like, out, seed} = request;
  checkOutput(out, request.force);
  const workload = synth(request, like === undefined ? undefined : await workloadToTakeAfter(like));
  writeWorkload(workload, out, request);
  return synthReport(workload, seed, out);
}

async function workloadToTakeAfter(path: string): Promise<Workload> {
  const trace = await readWorkload(path);
  if (trace.functions === 0) throw inputError(path === '-' ? 'stdin' : path, 'has no functions to take after');
  return trace;
}
