import {checkOutput, writeOutput} from '../files/output.ts';
import {checkColdTime} from '../fleet/cold-time/registry.ts';
import type {Ledger} from '../replay/ledger.ts';
import type {ReplayOptions} from '../replay/options.ts';
import {perFunctionHeader, perFunctionLines} from '../replay/report/per-function.ts';
import {type ReplayReport, replayReport} from '../replay/report/replay-report.ts';
import {replayCsv, replayText} from '../replay/report/replay-text.ts';
import {replay} from '../replay/run/replay.ts';
import {withTargets} from '../replay/targets/with-targets.ts';
import type {PolicyChoice} from '../scheduler/parts/keep-alive/registry.ts';
import {readWorkload} from '../workload/file/file.ts';
import {invocationsTotal, type Workload} from '../workload/workload.ts';

/** What `coldfront replay` was asked to do. */
export interface ReplayRequest {
  readonly path: string;
  readonly policies: readonly PolicyChoice[];
  readonly optionsFor: (spanUs: number) => ReplayOptions;
  readonly format: 'json' | 'csv' | 'text';
  readonly out: string;
  readonly force: boolean;
  readonly perFunction: string | undefined;
  readonly teams: number;
  readonly threads: number;
  /** Gets the timing line; undefined when nobody asked. */
  readonly note: ((line: string) => void) | undefined;
  /** Gets lines about what does not fit together. */
  readonly remark: (line: string) => void;
  readonly interactive: boolean;
}

/** Reads, replays, writes. Returns the report when it is to be printed as JSON, else undefined. */
export async function runReplay(request: ReplayRequest): Promise<ReplayReport | undefined> {
  const {out, force, perFunction} = request;
  checkOutput(out, force);
  if (perFunction !== undefined) checkOutput(perFunction, force);
  const workload = await readWorkload(request.path);
  const options = request.optionsFor(workload.meta.spanUs);
  checkColdTime(options.cold, workload, request.path);
  const policies = await withTargets(request.policies, {workload, options, note: request.remark, timing: request.note});
  const ledgers = await timed({...request, policies}, workload, options);
  const report = replayReport(workload, ledgers, options, request.teams);
  if (perFunction !== undefined) {
    writeOutput(perFunction, force, (sink) => {
      sink.write(perFunctionHeader);
      for (const line of perFunctionLines(workload, ledgers)) sink.write(line);
    });
  }
  if (request.format === 'json' && out === '-') return report;
  writeOutput(out, force, (sink) => sink.write(textOf(report, request.format)));
  return undefined;
}

function textOf(report: ReplayReport, format: ReplayRequest['format']): string {
  if (format === 'json') return `${JSON.stringify(report, undefined, 2)}\n`;
  return format === 'csv' ? replayCsv(report) : replayText(report);
}

async function timed(request: ReplayRequest, workload: Workload, options: ReplayOptions): Promise<Ledger[]> {
  const progress = request.interactive ? await startProgress(workload, request.policies.length) : undefined;
  const startedMs = performance.now();
  let ledgers: Ledger[];
  let seconds: number;
  try {
    ledgers = await replay(workload, request.policies, options, request.threads, progress?.advance);
    seconds = (performance.now() - startedMs) / 1000;
  } finally {
    await progress?.stop();
  }
  const calls = ledgers.reduce((sum, ledger) => sum + ledger.counts.invocations, 0);
  const rate = (calls / seconds / 1e6).toFixed(2);
  request.note?.(`replayed ${calls} invocations in ${seconds.toFixed(3)} s (${rate} M invocations/s)`);
  return ledgers;
}

async function startProgress(
  workload: Workload,
  policies: number,
): Promise<{advance(calls: number): void; stop(): Promise<void>}> {
  const {showProgress} = await import('../ui/progress.tsx');
  return showProgress('replaying', invocationsTotal(workload) * policies, 'invocations');
}
