import {inputError, invariant, usageError} from '../../base/errors.ts';
import {fileDigest, valueDigest} from '../../files/digest.ts';
import {Frames, FramesToCome} from '../../files/frames.ts';
import {checkOutput} from '../../files/output.ts';
import type {CellOutcome} from '../../replay/ledger.ts';
import {checkOutcome} from '../../replay/ledger.ts';
import type {ReplayOptions} from '../../replay/options.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {planReplay} from '../../replay/run/plan-replay.ts';
import type {OutcomesAtHand} from '../../replay/run/replay.ts';
import type {Asked, ReplayPlan, TaskId, Tell} from '../../replay/run/replay-plan.ts';
import {runTasks, tasksOf, threadsForTasks} from '../../replay/run/run-tasks.ts';
import type {Threads} from '../../replay/threads.ts';
import {pagesOf} from '../../workload/parts/paged.ts';
import type {Workload} from '../../workload/workload.ts';
import type {Shard} from './shard.ts';

export const SCHEMA = 'coldfront.part/1';

/** What a run is, on every machine that has a share of it. */
export interface RunName {
  /** Of this program: other versions may find other numbers. */
  readonly version: string;
  /** `replay`. */
  readonly command: string;
  /** Its arguments without those that say which share, how fast and where to. */
  readonly argv: readonly string[];
}

/** The first line of a part. */
export interface PartHeader extends RunName {
  readonly schema: typeof SCHEMA;
  readonly shard: number;
  readonly of: number;
  /** Cells, one for each policy, that it holds. */
  readonly cells: number;
  readonly calls: number;
  /** Digest of the workload file. */
  readonly workload: string;
  /** Digest of all that cells are told but what policies have prepared, and of that. */
  readonly plan: string;
  readonly prepared: string;
}

/** What a part says of a cell: what it told while it ran, and then its outcome. The last value of a part is its index. */
type CellSaid = {readonly what: keyof Asked; readonly rows: Float64Array} | {readonly outcome: CellOutcome};

/** Policy and cell of each value, in their order. */
type PartIndex = Int32Array;

/** What is to be shared between machines, and what of it is done here. */
export interface ShareRequest extends RunName {
  readonly shard: Shard;
  /** Workload file, and where the part goes. */
  readonly workloadPath: string;
  readonly out: string;
  readonly force: boolean;
}

/** Refuses what cannot be shared before any work: call it first. */
export function checkShare({workloadPath, out, force}: ShareRequest): void {
  if (workloadPath === '-') {
    throw usageError('--shard needs a workload file, not stdin', 'whoever merges the parts reads it again');
  }
  checkOutput(out, force);
}

/** Runs a share of the cells of a replay, and writes what becomes of them. */
export async function writePart(
  {shard, workloadPath, out, force, version, command, argv}: ShareRequest,
  {
    workload,
    policies,
    options,
    asked,
  }: {
    readonly workload: Workload;
    readonly policies: readonly PolicyChoice[];
    readonly options: ReplayOptions;
    readonly asked: Asked | undefined;
  },
  wanted: Threads,
  progress: ((calls: number) => void) | undefined,
): Promise<PartHeader> {
  const plan = planReplay(workload, policies, options, asked);
  const mine = <T>(all: readonly T[]): T[] => all.filter((_, k) => k % shard.of === shard.index - 1);
  const tasks = mine(tasksOf(plan, workload));
  const threads = threadsForTasks(wanted, plan, workload, tasks);
  const frames = new FramesToCome();
  const index: number[] = [];
  const say = ({policy, cell}: TaskId, said: CellSaid): void => {
    frames.put(said);
    index.push(policy, cell);
  };
  let calls = 0;
  await runTasks(plan, tasks, threads, {
    take: (task, outcome) => {
      calls += outcome.counts.invocations;
      say(task, {outcome});
    },
    told: (task, what, rows) => say(task, {what, rows}),
    progress,
  });
  if (options.faults !== undefined && command === 'replay') {
    // What failures add is told beside the same run without any: the next policies, so to say.
    const calm = planReplay(workload, policies, {...options, faults: undefined});
    await runTasks(calm, mine(tasksOf(calm, workload)), threads, {
      take: ({policy, cell}, outcome) => say({policy: policy + policies.length, cell}, {outcome}),
    });
  }
  frames.put(Int32Array.from(index) satisfies PartIndex);
  const header: PartHeader = {
    schema: SCHEMA,
    version,
    command,
    argv,
    shard: shard.index,
    of: shard.of,
    cells: tasks.length,
    calls,
    workload: await fileDigest(workloadPath),
    plan: planDigest(plan, workload),
    prepared: valueDigest(policies.map(({prepared}) => prepared)),
  };
  frames.write(out, force, header);
  return header;
}

/** What two machines must agree on before a policy prepares anything. */
export function planDigest(plan: ReplayPlan, workload: Workload): string {
  const {paged, ...columns} = plan.workload;
  const lists: string[] = [];
  if (paged !== undefined) for (const page of pagesOf(workload)) lists.push(valueDigest(page.workload.arrivals));
  return valueDigest({...plan, workload: {...columns, lists}, policies: plan.policies.map(({text}) => text)});
}

/** Parts that were found whole, by their paths. */
const kept = new Map<string, Frames>();

/** The parts of all shards of a run. */
export class PartFiles {
  protected readonly files: readonly Frames[];
  protected readonly headers: readonly PartHeader[];

  /** @throws UserError (exit 3) unless they are all parts of one run, each there once. */
  constructor(paths: readonly string[]) {
    const files: Frames[] = [];
    this.files = files;
    try {
      for (const path of paths) {
        files.push(kept.get(path) ?? new Frames(path, 'a part'));
        kept.delete(path);
      }
      this.headers = files.map(headerOf);
      refuseForeign(files, this.headers);
      refuseMissing(files, this.headers);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The run that they are parts of. */
  get run(): RunName {
    return this.headers[0]!;
  }

  /** Refuses the parts of another plan than the one here, which has this digest. */
  protected refuseOther(plan: string): void {
    if (plan === this.headers[0]!.plan) return;
    throw inputError(
      this.files[0]!.path,
      'is of a run of something else than what is here: another workload, other settings, or another machine',
      'merge where the workload and the settings are those of the shards',
    );
  }

  /** Leaves the files open for whoever names them next in this process: they are whole, and digested once. */
  keep(): void {
    for (const file of this.files) kept.set(file.path, file);
  }

  close(): void {
    for (const file of this.files) file.close();
  }
}

/** Outcomes of all cells of a replay. */
export class Parts extends PartFiles implements OutcomesAtHand {
  /** Where what a cell says lies, the outcome last. */
  private readonly said = new Map<string, {readonly file: Frames; readonly frames: number[]}>();
  private policies = 0;

  /** The same replay without failures, where there are any. */
  get calm(): OutcomesAtHand {
    return {
      begin: () => undefined,
      outcome: ({policy, cell}, heard) => this.outcome({policy: policy + this.policies, cell}, heard),
    };
  }

  begin(plan: ReplayPlan, workload: Workload): void {
    this.policies = plan.policies.length;
    this.refuseOther(planDigest(plan, workload));
    for (const file of this.files) {
      const index = file.value(file.count - 1) as PartIndex;
      for (let k = 0; k < file.count - 1; k++) {
        const key = keyOf({policy: index[2 * k]!, cell: index[2 * k + 1]!});
        const said = this.said.get(key) ?? {file, frames: []};
        said.frames.push(k);
        this.said.set(key, said);
      }
    }
  }

  outcome(task: TaskId, heard: Tell): CellOutcome {
    const said = this.said.get(keyOf(task));
    invariant(said !== undefined, () => `no part holds cell ${task.cell} of policy ${task.policy}`);
    for (const k of said.frames) {
      const frame = said.file.value(k) as CellSaid;
      if ('rows' in frame) heard(frame.what, frame.rows);
      else {
        checkOutcome(frame.outcome);
        return frame.outcome;
      }
    }
    throw inputError(said.file.path, `tells no outcome of cell ${task.cell + 1}`);
  }
}

const keyOf = ({policy, cell}: TaskId): string => `${policy} ${cell}`;

function headerOf({path, header}: Frames): PartHeader {
  const {schema} = Object(header) as Partial<PartHeader>;
  if (schema === SCHEMA) return header as PartHeader;
  throw inputError(path, `is not a part: its schema is ${JSON.stringify(schema) ?? 'not there'}, must be ${SCHEMA}`);
}

/** What parts of one run have in common, and what to say of one that differs. */
const common: readonly (readonly [keyof PartHeader, (its: PartHeader, others: PartHeader) => string])[] = [
  ['version', (its, others) => `is made by version ${its.version}, not ${others.version}`],
  ['command', (its, others) => `is of ${its.command}, not of ${others.command}`],
  ['argv', (its, others) => `is of '${its.argv.join(' ')}', not of '${others.argv.join(' ')}'`],
  ['of', (its, others) => `is one of ${its.of} parts, not of ${others.of}`],
  ['workload', () => 'is of another workload'],
  ['plan', () => 'is of other settings'],
  ['prepared', () => 'is of another plan, model or forecast'],
];

function refuseForeign(files: readonly Frames[], headers: readonly PartHeader[]): void {
  const [first] = headers;
  for (const [k, header] of headers.entries()) {
    for (const [name, said] of common) {
      if (JSON.stringify(header[name]) === JSON.stringify(first![name])) continue;
      throw inputError(files[k]!.path, `does not belong to ${files[0]!.path}: it ${said(header, first!)}`);
    }
  }
}

function refuseMissing(files: readonly Frames[], headers: readonly PartHeader[]): void {
  const fileOf = new Map<number, string>();
  for (const [k, {shard, of}] of headers.entries()) {
    const {path} = files[k]!;
    const other = fileOf.get(shard);
    if (other !== undefined) throw inputError(path, `is shard ${shard} of ${of}, and so is ${other}`, 'name each once');
    fileOf.set(shard, path);
  }
  const {of} = headers[0]!;
  const missing = Array.from({length: of}, (_, k) => k + 1).filter((shard) => !fileOf.has(shard));
  if (missing.length === 0) return;
  const named =
    missing.length > 10 ? `${missing.slice(0, 10).join(', ')} and ${missing.length - 10} more` : missing.join(', ');
  throw inputError(
    files[0]!.path,
    `is one of ${of} parts, of which ${missing.length === 1 ? 'shard' : 'shards'} ${named} ${missing.length === 1 ? 'is' : 'are'} missing`,
    'run what makes them, and name all',
  );
}
