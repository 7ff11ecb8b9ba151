import {type CheckResult, checkFacts} from '../plan/gate/check.ts';
import {chooseRuns} from '../plan/gate/facts.ts';
import {type Narrowed, narrowed} from '../plan/gate/narrow.ts';
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
}

/** What `check --json` prints. */
export interface CheckReport {
  readonly schema: 'coldfront.check/1';
  readonly met: boolean;
  readonly runs: readonly {readonly run: string; readonly objectives: readonly CheckResult[]}[];
}

/** Reads a report or a plan and holds it against objectives. */
export async function runCheck({path, limits, policy, narrowed: asked}: CheckRequest): Promise<CheckReport> {
  const {facts} = await readArtifact(path);
  const held = chooseRuns(facts, policy, path).flatMap((run) => narrowed(run, limits, asked, path));
  const runs = held.map(({facts: of, limits: its}) => ({run: of.label, objectives: checkFacts(of, its)}));
  const met = runs.every(({objectives}) => objectives.every((result) => result.met));
  return {schema: 'coldfront.check/1', met, runs};
}
