import {inputError, UserError, usageError} from '../../base/errors.ts';
import {fileDigest, valueDigest} from '../../files/digest.ts';
import {type Frames, FramesToCome} from '../../files/frames.ts';
import {type CellOutcome, checkOutcome} from '../../replay/ledger.ts';
import {planReplay} from '../../replay/run/plan-replay.ts';
import type {OutcomesAtHand} from '../../replay/run/replay.ts';
import type {ReplayPlan, TaskId} from '../../replay/run/replay-plan.ts';
import {callsOfTask, runTasks, tasksOf, threadsForTasks} from '../../replay/run/run-tasks.ts';
import type {Listener} from '../listener.ts';
import {planOnPlatform} from '../plan-on-platform.ts';
import {readied} from '../replay.ts';
import {PartFiles, type PartHeader, planDigest, SCHEMA, type ShareRequest} from '../shard/part.ts';
import type {Shard} from '../shard/shard.ts';
import {firstBracket, isLarge, ladderOf, type Scouted, type Search, scout} from './find-size.ts';
import type {Candidate} from './finds.ts';
import {type AskedReplay, type Bracket, likelyReplays} from './likely.ts';
import type {SeedOutcome} from './measure.ts';
import {Prober, type ReplaysAtHand} from './prober.ts';

/** A replay that every share has made. */
interface KnownReplay extends AskedReplay {
  readonly outcome: SeedOutcome;
}

/** What every share finds out by itself, the first value of its part. */
interface LookedUp {
  readonly scouted: Scouted | undefined;
  readonly known: readonly KnownReplay[];
}

/** Value, seed and cell of each outcome, in their order: the last value of a part. */
type SizeIndex = Float64Array;

/** A replay less likely than this to be asked for is not made, however many shares there are. */
const LEAST_CHANCE = 1 / 1024;

/**
 * Does a share of a search, and writes it. Which sizes are replayed depends on what the ones before did, so each share finds
 * out by itself what is cheap, and then does its cells of the replays that the search is likely to ask for. Whoever merges the
 * parts makes the search, and replays what no share has thought of.
 */
export async function writeSizePart(
  {shard, workloadPath, out, force, version, command, argv}: ShareRequest,
  search: Search,
  listener: Listener,
): Promise<PartHeader> {
  const before = await lookUp(search, listener);
  const {scouted, known, bracket} = before;
  const outcome = outcomeIn(known);
  const leastChance = Math.max(1 / shard.of, LEAST_CHANCE);
  const asked = await likelyReplays(search, {scouted, bracket, outcome}, leastChance);
  const frames = new FramesToCome();
  const lookedUp: LookedUp = {scouted, known};
  frames.put(lookedUp);
  const index: number[] = [];
  const prober = new Prober(search.task, listener);
  let [cells, calls] = [0, 0];
  for (const {value, seed, tasks} of dealt(search, asked, shard)) {
    listener.status?.(`${search.task.find.written(value)}, seed ${seed}`);
    const plan = await readyPlan(search, prober, {value, seed});
    if (plan === undefined) continue;
    cells += tasks.length;
    const threads = threadsForTasks(search.task.threads, plan, search.task.workload, tasks);
    await runTasks(plan, tasks, threads, {
      take: ({cell}, outcome) => {
        calls += outcome.counts.invocations;
        frames.put(outcome);
        index.push(value, seed, cell);
      },
    });
  }
  listener.status?.(undefined);
  frames.put(Float64Array.from(index) satisfies SizeIndex);
  const header: PartHeader = {
    ...{schema: SCHEMA, version, command, argv, shard: shard.index, of: shard.of, cells, calls},
    workload: await fileDigest(workloadPath),
    plan: searchDigest(search),
    prepared: valueDigest(lookedUp),
  };
  frames.write(out, force, header);
  return header;
}

/** Scouts, or doubles until something meets; not where one replay takes long. */
async function lookUp(search: Search, listener: Listener): Promise<LookedUp & {readonly bracket: Bracket | undefined}> {
  const scouted = await scout(search, listener);
  const ladder = ladderOf(search);
  if (scouted !== undefined || ladder === undefined || isLarge(search.task.workload))
    return {scouted, known: [], bracket: undefined};
  const prober = new Prober(search.task, listener);
  const bracket = await firstBracket(ladder, prober);
  const seed = search.task.seeds[0]!;
  const known = [...prober.rows.values()].map(({value, outcomes}) => ({value, seed, outcome: outcomes[0]!}));
  return {scouted, known, bracket};
}

/** A replay that is asked for, and what of it a share does. */
interface DealtReplay extends AskedReplay {
  readonly tasks: readonly TaskId[];
}

/**
 * What of each replay a share does: of all cells, the ones with the most calls first, every n-th; where each replay wants a
 * plan of its own, of all replays.
 */
function dealt({task}: Search, asked: readonly AskedReplay[], {index, of}: Shard): DealtReplay[] {
  const {workload, find, given, plans} = task;
  const replays = asked.map((its) => {
    const {options, policy} = find.with(given, its.value);
    const plan = planReplay(workload, [policy], {...options, seed: its.seed});
    return {...its, tasks: tasksOf(plan, workload), calls: (one: TaskId) => callsOfTask(plan, workload, one)};
  });
  if (plans !== undefined) return replays.filter((_, k) => k % of === index - 1);
  const cells = replays.flatMap(({tasks, calls}, replay) => tasks.map((one) => ({replay, one, calls: calls(one)})));
  const mine = cells.sort((a, b) => b.calls - a.calls).filter((_, k) => k % of === index - 1);
  return replays
    .map(({value, seed}, k) => ({value, seed, tasks: mine.flatMap(({replay, one}) => (replay === k ? [one] : []))}))
    .filter(({tasks}) => tasks.length > 0);
}

/** The replay, its policy ready; undefined: there can be none, which is for the search to say if it asks for it. */
async function readyPlan({task}: Search, prober: Prober, {value, seed}: AskedReplay): Promise<ReplayPlan | undefined> {
  const {workload, place, threads, plans} = task;
  const candidate = await candidateOf(prober, value, seed);
  if (candidate === undefined) return undefined;
  const {options, policy} = candidate;
  const ready = {policies: [policy], options};
  const {policies, options: own} = plans ? ready : await readied(workload, place, {...ready, threads}, {});
  if (planOnPlatform(policies[0]!, workload, own) !== undefined) {
    throw usageError('--shard cannot share out a plan whose slots a platform keeps', 'leave out --shard');
  }
  return planReplay(workload, policies, own);
}

/** What is replayed; undefined: it cannot be. */
async function candidateOf(prober: Prober, value: number, seed: number): Promise<Candidate | undefined> {
  try {
    return await prober.candidate(value, seed);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function outcomeIn(known: readonly KnownReplay[]): ReplaysAtHand['known'] {
  const outcomes = new Map(known.map(({value, seed, outcome}) => [`${value} ${seed}`, outcome]));
  return (value, seed) => outcomes.get(`${value} ${seed}`);
}

/** What machines that share a search must agree on. */
function searchDigest({task, most}: Search): string {
  const {workload, find, given, objectives, seeds, plans} = task;
  const plan = planDigest(planReplay(workload, [given.policy], given.options), workload);
  return valueDigest({plan, find: find.name, objectives, seeds, most, plans});
}

/** What all shares of a search have found. */
export class SizeParts extends PartFiles implements ReplaysAtHand {
  scouted: Scouted | undefined;
  known: ReplaysAtHand['known'] = () => undefined;
  private readonly outcomes = new Map<string, Map<number, {readonly file: Frames; readonly frame: number}>>();

  /** Refuses the parts of another search. */
  begin(search: Search): void {
    this.refuseOther(searchDigest(search));
    const {scouted, known} = this.files[0]!.value(0) as LookedUp;
    this.scouted = scouted;
    this.known = outcomeIn(known);
    for (const file of this.files) {
      const index = file.value(file.count - 1) as SizeIndex;
      for (let k = 0; 3 * k < index.length; k++) {
        const key = `${index[3 * k]} ${index[3 * k + 1]}`;
        const cells = this.outcomes.get(key) ?? new Map();
        this.outcomes.set(key, cells.set(index[3 * k + 2]!, {file, frame: k + 1}));
      }
    }
  }

  cells(value: number, seed: number): OutcomesAtHand | undefined {
    const cells = this.outcomes.get(`${value} ${seed}`);
    if (cells === undefined) return undefined;
    return {
      begin: () => undefined,
      outcome: ({cell}) => {
        const at = cells.get(cell);
        if (at === undefined)
          throw inputError(this.files[0]!.path, `and the others tell no outcome of cell ${cell + 1}`);
        const outcome = at.file.value(at.frame) as CellOutcome;
        checkOutcome(outcome);
        return outcome;
      },
    };
  }
}
