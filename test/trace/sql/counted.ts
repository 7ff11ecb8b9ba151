import type {IngestReport} from '../../../src/trace/ingest.ts';
import {readWorkload} from '../../../src/workload/file/file.ts';
import {observedCold} from '../../../src/workload/observed-cold.ts';
import {coldfront} from '../../helpers/cli.ts';
import {contentOf} from '../../helpers/workload.ts';

/** What two ways to the same log must agree on: the summary, and calls by function and minute with all that is known of them. */
export interface Counted {
  readonly summary: Partial<IngestReport>;
  readonly functions: Readonly<Record<string, unknown>>;
  readonly calls: Readonly<Record<string, number>>;
  readonly cold: unknown;
}

/** Runs `coldfront ingest` for real and counts what it has written. */
export async function ingested(args: readonly string[], out: string): Promise<Counted> {
  const {status, stdout, stderr} = coldfront(['ingest', ...args, '--out', out, '--force', '--json']);
  if (status !== 0) throw new Error(`ingest ${args.join(' ')} ended with ${status}: ${stderr}`);
  const report = JSON.parse(stdout.toString()) as IngestReport;
  const workload = await readWorkload(out);
  const {kind, rows, meta} = contentOf(workload);
  const calls: Record<string, number> = {};
  const functions: Record<string, unknown> = {};
  for (const row of rows) {
    const who = `${row.owner}/${row.app}/${row.function}`;
    functions[who] = {durationMs: row.durationMs, memoryMib: row.memoryMib, trigger: row.trigger};
    for (const call of row.calls) {
      const minute = meta.originUs / 60e6 + (kind === 'minute' ? call[0]! : Math.floor(call[0]! / 60e6));
      const key = `${who} ${minute}`;
      calls[key] = (calls[key] ?? 0) + (kind === 'minute' ? call[1]! : 1);
    }
  }
  const {functions: number, apps, owners, invocations, spanMs, startTime} = report;
  const {withoutDuration, withoutCold, coldObserved, rowsRead, rowsSkipped} = report;
  const observed = observedCold(workload);
  return {
    summary: {
      ...{functions: number, apps, owners, invocations, spanMs, startTime},
      ...{withoutDuration, withoutCold, coldObserved, rowsRead, rowsSkipped},
    },
    functions,
    calls,
    cold: observed && {calls: observed.calls, of: observed.of, share: observed.share},
  };
}
