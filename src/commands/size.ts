import {Flags} from '@oclif/core';
import {ExitCode, usageError} from '../base/errors.ts';
import {policies} from '../replay/policies/registry.ts';
import type {ReportFile} from '../tasks/report-file.ts';
import {finds} from '../tasks/size/finds.ts';
import type {SizeReport} from '../tasks/size/size-report.ts';
import {BaseCommand} from './flags/base-command.ts';
import {perFlag, reportFlags, scalingOf, workloadArg} from './flags/common-flags.ts';
import type {Parsed} from './flags/filled-flags.ts';
import {limitsOf, objectiveFlags, seedsFlag} from './flags/objective-flags.ts';
import {planFlags, plannedAs} from './flags/plan-flags.ts';
import {eachSheet} from './flags/prices.ts';
import {baselineFlag, contentionRequest, replayingFlags, replayOptions} from './flags/replay-flags.ts';
import {partText, shardFlags, shareRequest} from './flags/shard-flags.ts';
import {portionFlag, valueFlag} from './flags/value-flags.ts';

export default class Size extends BaseCommand {
  static override readonly doing = 'sizing';
  static override summary =
    'How much is needed: the smallest fleet or the cheapest setting that meets every objective.';
  static override description =
    `Found by replay: doubled until it meets, every smaller size up to 256 tried, above that bisected, and confirmed with every
seed; of more than 20 M calls a part of the apps says where to look. Prints the answer, what binds, what one step less would
break, and a row a size tried. Exit 4 with the nearest miss where nothing meets. Calls that never start count as late.

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
    ...objectiveFlags,
    policy: valueFlag((text, flag) => policies.parse(text, flag))({
      default: 'fixed:ttl=10m',
      helpValue: 'POLICY',
      summary: 'What keeps instances.',
    }),
    baseline: baselineFlag({
      helpValue: 'POLICY|calibrated',
      summary:
        'What you run today: what the answer saves against it, on the fleet that is found; calibrated: as the trace says.',
    }),
    seeds: seedsFlag({default: '1,2,3', helpValue: 'N,...', summary: 'The answer meets with each of these seeds.'}),
    headroom: portionFlag({default: '0', helpValue: 'SHARE', summary: 'Demand is this much more than the trace.'}),
    ...reportFlags,
    ...perFlag,
    rest: planFlags.rest,
    trials: planFlags.trials,
    ...replayingFlags,
    ...shardFlags,
  };

  async run(): Promise<unknown> {
    const parsed = await this.parse(Size);
    const {args, flags} = parsed;
    const {find} = flags;
    const limits = limitsOf(flags);
    const {runSize, runSizeShare} = await import('../tasks/size/size.ts');
    const share = shareRequest({id: 'size', version: this.config.version, definitions: Size.flags}, parsed);
    const parts = flags.parts && new (await import('../tasks/size/size-part.ts')).SizeParts(flags.parts);
    const file = this.reportFile(flags);
    const requestOf = (own: typeof flags, sheet?: number) => ({
      path: args.workload,
      scaling: scalingOf(flags),
      find,
      objectives: {limits, functionsWithin: flags['functions-within']},
      policy: flags.policy,
      // What is sought has to be something while the rest is read.
      options: replayOptions({...own, ...beginning(find, flags)}),
      functions: flags.functions,
      contention: contentionRequest(flags),
      seeds: flags.seeds,
      headroom: flags.headroom,
      baseline: flags.baseline,
      most: mostOf(find, this.texts!, flags),
      planSettings: find === 'provisioned' ? plannedAs(this.texts!, sheet) : undefined,
      report: sheet === undefined ? file : undefined,
      parts,
      force: flags.force,
      threads: flags.threads ?? ('auto' as const),
    });
    if (share !== undefined) {
      return this.present(await runSizeShare({...requestOf(flags), share}, this.listener()), partText, flags.out);
    }
    const sheets = eachSheet(flags);
    let misses = false;
    const run = async (own: typeof flags, sheet?: number) => {
      const sized = await runSize(requestOf(own, sheet), this.listener());
      misses ||= sized.answer === null;
      return sized;
    };
    const report =
      sheets.length > 1
        ? await this.bySheet(
            sheets.map((own, k) => () => run(own, k)),
            flags,
            file,
          )
        : await run(flags);
    if (misses) process.exitCode = ExitCode.missed;
    return file ? undefined : report;
  }

  private async bySheet(
    runs: readonly (() => Promise<SizeReport>)[],
    {force}: {readonly force: boolean},
    file: ReportFile | undefined,
  ): Promise<SizeReport> {
    const [{runBySheet}, {sizeText}] = await Promise.all([
      import('../tasks/by-sheet.ts'),
      import('../tasks/size/size-text.ts'),
    ]);
    return runBySheet({runs, rowsOf: sheetRows, text: sizeText, file, force});
  }
}

/** The same under each price sheet, a row of what is found. */
function sheetRows({find, answer, nearestMiss, curve}: SizeReport) {
  const row = curve.find(({value}) => value === (answer ?? nearestMiss));
  if (row === undefined) return [];
  const decision = `${answer === null ? 'misses at ' : ''}${finds.named(find).written(row.value)}`;
  return [{name: `least ${find}`, decision, usdPerDay: row.usdPerDay, coldShare: row.coldShare}];
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
