import {checkOutput, writeOutput} from '../files/output.ts';
import {checkColdTime} from '../fleet/cold-time/registry.ts';
import {type FrontierReport, frontierReport} from '../replay/frontier/frontier-report.ts';
import {frontierSvg} from '../replay/frontier/frontier-svg.ts';
import {frontierCsv, frontierText} from '../replay/frontier/frontier-text.ts';
import {boundPolicy, sweepKind, sweepPolicies} from '../replay/frontier/sweep.ts';
import type {ReplayOptions} from '../replay/options.ts';
import {replayReport} from '../replay/report/replay-report.ts';
import {replay} from '../replay/run/replay.ts';
import {withTargets} from '../replay/targets/with-targets.ts';
import {readWorkload} from '../workload/file/file.ts';

/** What `coldfront frontier` was asked to do. */
export interface FrontierRequest {
  readonly path: string;
  /** Undefined: the usual sweep. */
  readonly policies: readonly string[] | undefined;
  readonly optionsFor: (spanUs: number) => ReplayOptions;
  readonly format: 'json' | 'csv' | 'text';
  readonly out: string;
  readonly svg: string | undefined;
  readonly force: boolean;
  readonly threads: number;
  /** Gets the timing line; undefined when nobody asked. */
  readonly note: ((line: string) => void) | undefined;
  /** Gets lines about what does not fit together. */
  readonly remark: (line: string) => void;
}

/** Reads, sweeps, writes. Returns the report when it is to be printed as JSON, else undefined. */
export async function runFrontier(request: FrontierRequest): Promise<FrontierReport | undefined> {
  const {out, svg, force, format} = request;
  checkOutput(out, force);
  if (svg !== undefined) checkOutput(svg, force);
  const workload = await readWorkload(request.path);
  const options = request.optionsFor(workload.meta.spanUs);
  checkColdTime(options.cold, workload, request.path);
  const {slots, memoryMib} = options.fleet;
  const swept = sweepPolicies(request.policies, Math.min(slots, memoryMib) < Number.POSITIVE_INFINITY);
  const policies = await withTargets(swept, {workload, options, note: request.remark, timing: request.note});
  const startedMs = performance.now();
  const ledgers = await replay(workload, policies, options, request.threads);
  const seconds = (performance.now() - startedMs) / 1000;
  const calls = ledgers.reduce((sum, ledger) => sum + ledger.counts.invocations, 0);
  request.note?.(
    `replayed ${calls} invocations under ${policies.length} policies in ${seconds.toFixed(3)} s (${(calls / seconds / 1e6).toFixed(2)} M invocations/s)`,
  );
  const report = frontierReport(replayReport(workload, ledgers, options, 0), policies.map(sweepKind), boundPolicy);
  if (svg !== undefined) writeOutput(svg, force, (sink) => sink.write(frontierSvg(report)));
  if (format === 'json' && out === '-') return report;
  const text =
    format === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : format === 'csv' ? frontierCsv : frontierText;
  writeOutput(out, force, (sink) => sink.write(typeof text === 'string' ? text : text(report)));
  return undefined;
}
