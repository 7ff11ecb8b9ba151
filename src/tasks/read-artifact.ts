import {inputError} from '../base/errors.ts';
import {type PlanFile, readPlan} from '../plan/file/plan-file.ts';
import {type Facts, factsOf} from '../plan/gate/facts.ts';
import {readWhole} from '../workload/file/file.ts';

/** A plan file, or the JSON of a report. */
export type Artifact =
  | {readonly kind: 'plan'; readonly plan: PlanFile; readonly facts: readonly Facts[]}
  | {readonly kind: 'report'; readonly facts: readonly Facts[]};

/** Reads a plan file or a report, `-` for stdin, and tells them apart by their first bytes. */
export async function readArtifact(path: string): Promise<Artifact> {
  const place = path === '-' ? 'stdin' : path;
  const file = await readWhole(path);
  if (Buffer.from(file, 0, Math.min(6, file.byteLength)).toString('latin1') === 'ARROW1') {
    const plan = readPlan(file, place);
    const summary = plan.metadata.get('summary');
    return {kind: 'plan', plan, facts: summary === undefined ? [] : factsOf(parse(summary, place), place)};
  }
  return {kind: 'report', facts: factsOf(parse(Buffer.from(file).toString('utf8'), place), place)};
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw inputError(
      place,
      `is neither a plan file nor JSON: ${(error as Error).message}`,
      'make one with: coldfront plan w.arrow --out p.arrow, or coldfront replay ... --json',
    );
  }
}
