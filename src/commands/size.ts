import {availableParallelism} from 'node:os';
import {Flags} from '@oclif/core';
import {ExitCode, usageError} from '../base/errors.ts';
import {US_PER_MS} from '../base/units.ts';
import type {PlanSettings} from '../plan/plan-workload.ts';
import {policies} from '../replay/policies/registry.ts';
import {finds} from '../tasks/size/finds.ts';
import {BaseCommand} from './flags/base-command.ts';
import {
  commonFlags,
  demandFlags,
  outputFlags,
  reportFlags,
  scalingOf,
  seedFlag,
  threadsFlag,
  workloadArg,
} from './flags/common-flags.ts';
import type {Parsed} from './flags/filled-flags.ts';
import {planFlags, planSettings} from './flags/plan-flags.ts';
import {valuesFor} from './flags/platform-flags.ts';
import {contentionRequest, replayFlags, replayOptions} from './flags/replay-flags.ts';
import {amountFlag, portionFlag, timeFlag, valueFlag} from './flags/value-flags.ts';

const objectiveGroup = {helpGroup: 'OBJECTIVES'};

const seedsFlag = valueFlag((text, flag) => {
  const seeds = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (seeds.every(Number.isSafeInteger) && new Set(seeds).size === seeds.length) return seeds;
  throw usageError(`${flag} is '${text}', must be whole numbers, each once, such as 1,2,3`);
});

export default class Size extends BaseCommand {
  static override readonly doing = 'sizing';
  static override summary =
    'How much is needed: the smallest fleet or the cheapest setting that meets every objective.';
  static override description =
    `Found by replay: doubled until it meets, every smaller size up to 256 tried, above that bisected, and confirmed with every
seed. Prints the answer, what binds, what one step less would break, and a row a size tried. Exit 4 with the nearest miss
where nothing meets. Calls that never start count as late.

--find takes:
${finds.summaries()}`;
  static override examples = [
    '<%= config.bin %> size w.arrow --find hosts --slots 16 --p99-start 200ms',
    '<%= config.bin %> size w.arrow --find ttl --cold-share 1% --max-usd-per-day 20',
    '<%= config.bin %> size w.arrow --find provisioned --p99-start 100ms --functions-within 99% --headroom 20% --json',
  ];
  static override args = workloadArg;
  static override flags = {
    find: Flags.option({required: true, options: finds.names, summary: 'What to size.'})(),
    'p99-start': timeFlag({
      helpValue: 'TIME',
      summary: 'Start delay that 99 % of all calls keep.',
      exclusive: ['p99-start-ms'],
      ...objectiveGroup,
    }),
    'p99-start-ms': amountFlag({helpValue: 'MS', summary: 'The same in milliseconds.', ...objectiveGroup}),
    'p999-start': timeFlag({helpValue: 'TIME', summary: 'The same of 99.9 %.', ...objectiveGroup}),
    'p99-cold': timeFlag({helpValue: 'TIME', summary: 'Cold time that 99 % of cold starts keep.', ...objectiveGroup}),
    'cold-share': portionFlag({
      helpValue: 'SHARE',
      summary: 'Share of calls that are cold at most.',
      ...objectiveGroup,
    }),
    'max-usd-per-day': amountFlag({helpValue: 'USD', summary: 'Cost a day at most.', ...objectiveGroup}),
    'functions-within': portionFlag({
      helpValue: 'SHARE',
      summary: 'This share of the functions keeps --p99-start each, instead of all calls together.',
      ...objectiveGroup,
    }),
    policy: valueFlag((text, flag) => policies.parse(text, flag))({
      default: 'fixed:ttl=10m',
      helpValue: 'POLICY',
      summary: 'What keeps instances.',
    }),
    seeds: seedsFlag({default: '1,2,3', helpValue: 'N,...', summary: 'The answer meets with each of these seeds.'}),
    headroom: portionFlag({default: '0', helpValue: 'SHARE', summary: 'Demand is this much more than the trace.'}),
    ...reportFlags,
    rest: planFlags.rest,
    trials: planFlags.trials,
    ...replayFlags,
    ...demandFlags,
    ...seedFlag,
    ...threadsFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Size);
    const {find} = flags;
    const limits = limitsOf(flags);
    const {runSize} = await import('../tasks/size/size.ts');
    const file = this.reportFile(flags);
    const report = await runSize(
      {
        path: args.workload,
        scaling: scalingOf(flags),
        find,
        objectives: {limits, functionsWithin: flags['functions-within']},
        policy: flags.policy,
        // What is sought has to be something while the rest is read.
        options: replayOptions({...flags, ...beginning(find, flags)}),
        functions: flags.functions,
        contention: contentionRequest(flags),
        seeds: flags.seeds,
        headroom: flags.headroom,
        most: mostOf(find, this.texts!, flags),
        planSettings: find === 'provisioned' ? plannedAs(this.texts!) : undefined,
        report: file,
        force: flags.force,
        threads: flags.threads ?? availableParallelism(),
      },
      this.listener(),
    );
    if (report.answer === null) process.exitCode = ExitCode.missed;
    return file ? undefined : report;
  }
}

/** Objectives by the flags that `check` has for them. */
function limitsOf(flags: ObjectiveFlags): Record<string, number> {
  const limits: Record<string, number | undefined> = {
    'p99-start-ms': flags['p99-start-ms'] ?? inMs(flags['p99-start']),
    'p999-start-ms': inMs(flags['p999-start']),
    'p99-cold-ms': inMs(flags['p99-cold']),
    'max-cold-share': flags['cold-share'],
    'max-usd-per-day': flags['max-usd-per-day'],
  };
  const given = Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined);
  if (given.length === 0) {
    throw usageError(
      'there is no objective to meet',
      'give --p99-start, --p999-start, --p99-cold, --cold-share or --max-usd-per-day',
    );
  }
  const found = Object.fromEntries(given);
  if (flags['functions-within'] !== undefined && found['p99-start-ms'] === undefined) {
    throw usageError('--functions-within is of --p99-start, which is not given', 'add --p99-start');
  }
  return found;
}

interface ObjectiveFlags {
  readonly 'p99-start': number | undefined;
  readonly 'p99-start-ms': number | undefined;
  readonly 'p999-start': number | undefined;
  readonly 'p99-cold': number | undefined;
  readonly 'cold-share': number | undefined;
  readonly 'max-usd-per-day': number | undefined;
  readonly 'functions-within': number | undefined;
}

function inMs(us: number | undefined): number | undefined {
  return us === undefined ? undefined : us / US_PER_MS;
}

interface RoomFlags {
  readonly hosts: number | undefined;
  readonly slots: number | undefined;
  readonly memory: number | undefined;
  readonly cells: number;
}

/** What is sought has to be something while the rest of the flags is read. */
function beginning(find: string, {hosts, slots, memory, cells}: RoomFlags): Partial<RoomFlags> {
  if (find === 'hosts') {
    if ((slots ?? memory) === undefined) {
      throw usageError(
        '--find hosts is of hosts without a limit, of which one is enough',
        'give --slots, --memory or both',
      );
    }
    return {hosts: Math.max(hosts ?? 1, cells)};
  }
  if (find === 'slots') return {slots: slots ?? 1};
  return find === 'memory' ? {memory: memory ?? 1024} : {};
}

/** The flag of what is sought is the most that may be tried, where the user gives it. */
function mostOf(find: string, {flags: texts, metadata}: Parsed, flags: RoomFlags & {concurrency: number}) {
  const given = texts[find] !== undefined && metadata.flags[find]?.setFromDefault !== true;
  if (!given) return undefined;
  return {hosts: flags.hosts, slots: flags.slots, memory: flags.memory, concurrency: flags.concurrency}[find];
}

/** As `plan` plans with the flags that this command shares with it; its own objectives are asked of replays. */
function plannedAs({flags: {'p99-start-ms': _, ...flags}, metadata}: Parsed): PlanSettings {
  const definitions = {...planFlags, ...seedFlag};
  return planSettings(valuesFor(definitions, {flags, metadata}) as Parameters<typeof planSettings>[0]);
}
