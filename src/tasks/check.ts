import {checkOutput, writeOutput} from '../files/output.ts';
import {checkFacts} from '../plan/gate/check.ts';
import {chooseRuns} from '../plan/gate/facts.ts';
import {type Narrowed, narrowed} from '../plan/gate/narrow.ts';
import type {CheckReport} from './check-formats.ts';
import {readArtifact} from './read-artifact.ts';

/** What `coldfront check` was asked to do. */
export interface CheckRequest {
  /** Report (JSON) or plan file. */
  readonly path: string;
  /** Limits by the objective's flag; those left out are not checked. */
  readonly limits: Readonly<Record<string, number>>;
  /** The run of this policy alone; undefined: all runs. */
  readonly policy: string | undefined;
  /** Of whom they are asked. */
  readonly narrowed: Narrowed;
  /** JUnit XML to write; undefined: none. */
  readonly junit?: string | undefined;
  readonly force?: boolean;
}

/** Reads a report or a plan and holds it against objectives. */
export async function runCheck(request: CheckRequest): Promise<CheckReport> {
  const {path, limits, policy, narrowed: asked, junit, force = false} = request;
  if (junit !== undefined) checkOutput(junit, force);
  const {facts} = await readArtifact(path);
  const held = chooseRuns(facts, policy, path).flatMap((run) => narrowed(run, limits, asked, path));
  const runs = held.map(({facts: of, limits: its}) => ({run: of.label, objectives: checkFacts(of, its)}));
  const met = runs.every(({objectives}) => objectives.every((result) => result.met));
  const report = {schema: 'coldfront.check/1' as const, met, prices: facts[0]?.prices ?? null, runs};
  if (junit !== undefined) {
    const {junitXml} = await import('./check-formats.ts');
    writeOutput(junit, force, (sink) => sink.write(junitXml(report, path)));
  }
  return report;
}
