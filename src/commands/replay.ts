import {Flags, type Interfaces} from '@oclif/core';
import {usageError} from '../base/errors.ts';
import {policies} from '../replay/policies/registry.ts';
import {payers} from '../replay/report/chargeback.ts';
import type {ReplayReport} from '../replay/report/replay-report.ts';
import type {Show} from '../tasks/watched-replay.ts';
import {BaseCommand} from './flags/base-command.ts';
import {perFlag, reportFlags, scalingOf, timingFlag, workloadArg} from './flags/common-flags.ts';
import {eachSheet} from './flags/prices.ts';
import {baselineFlag, contentionRequest, policyFlag, replayingFlags, replayOptions} from './flags/replay-flags.ts';
import {partText, shardFlags, shareRequest} from './flags/shard-flags.ts';
import {countFlag, lengthFlag} from './flags/value-flags.ts';

export default class Replay extends BaseCommand {
  static override readonly doing = 'preparing';
  static override readonly spansGrids = true;
  static override summary = 'Replay a workload through the scheduler core: what each policy would have cost.';
  static override description =
    `One row a policy. Policies are written name:key=value,key=value:\n${policies.summaries()}`;
  static override examples = [
    '<%= config.bin %> replay w.arrow --policy none --policy fixed:ttl=10m --policy infinite',
    '<%= config.bin %> replay w.arrow --policy fixed:ttl=10m --hosts 100 --slots 256 --json',
  ];
  static override args = workloadArg;
  static override flags = {
    policy: policyFlag,
    baseline: baselineFlag({
      helpValue: 'POLICY|calibrated',
      summary: 'What you run today: what the others save against it is told; calibrated: as the trace says.',
    }),
    ...reportFlags,
    ...perFlag,
    calibrate: Flags.boolean({
      summary: 'Replay first the keep-alive that comes nearest to the cold starts that the trace tells.',
    }),
    'per-function': Flags.string({summary: 'Also write a CSV of every function to this file.'}),
    calls: Flags.string({
      helpValue: 'FILE',
      summary: 'Also write a row a call to this file: .csv, .arrow or .parquet.',
    }),
    timeline: Flags.string({
      helpValue: 'FILE',
      summary: 'Also write what happens from window to window, by payer with --by: .csv, .arrow or .parquet.',
    }),
    every: lengthFlag({default: '1m', helpValue: 'TIME', summary: 'Length of those windows.'}),
    by: Flags.option({
      options: payers,
      summary: 'Also share the bill out: who pays how much; with --csv these lines instead of one a policy.',
    })(),
    watch: Flags.boolean({summary: 'Look on while it runs, on one thread: p pauses, q quits. Needs a terminal.'}),
    teams: countFlag(0)({default: 10, summary: 'Teams shown in the JSON, largest first.'}),
    alone: Flags.boolean({summary: 'Also replay each of these teams by itself: what it waits together and alone.'}),
    ...timingFlag('the rate'),
    ...replayingFlags,
    'print-scenario': Flags.boolean({
      summary: 'Print the scenario in force instead, as a file for --scenario.',
      helpGroup: 'SCENARIO',
    }),
    ...shardFlags,
  };

  /** What it is asked to do, with every word of it. */
  async asked() {
    const parsed = await this.parse(Replay);
    if (this.scenarios.length > 1) {
      throw usageError(`--scenario makes ${this.scenarios.length} scenarios, and this takes one`, 'give one of them');
    }
    return {parsed, request: requestOf(parsed)};
  }

  async run(): Promise<unknown> {
    const parsed = await this.parse(Replay);
    const {flags} = parsed;
    if (flags['print-scenario']) return this.printScenario(flags.scenario);
    if (this.scenarios.length > 1) return this.runGrid(parsed);
    if (flags.prices.length > 1 && flags.shard === undefined) return this.bySheet(parsed);
    const request = requestOf(parsed);
    const {runReplay, runReplayShare} = await import('../tasks/replay.ts');
    const share = shareRequest({id: 'replay', version: this.config.version, definitions: Replay.flags}, parsed);
    if (share !== undefined) {
      return this.present(await runReplayShare({...request, share}, this.listener(flags)), partText, flags.out);
    }
    const file = this.reportFile(flags);
    const parts = flags.parts && new (await import('../tasks/shard/part.ts')).Parts(flags.parts);
    const report = await runReplay(
      {
        ...request,
        perFunction: flags['per-function'],
        report: file,
        parts,
        watch: flags.watch ? await this.onlooker() : undefined,
      },
      this.listener(flags),
    );
    return file ? undefined : report;
  }

  /** The same under each price sheet; files besides the report are of the first. */
  private async bySheet(parsed: Read): Promise<unknown> {
    const {flags} = parsed;
    const [{runReplay}, {runBySheet}, {replayText}] = await Promise.all([
      import('../tasks/replay.ts'),
      import('../tasks/by-sheet.ts'),
      import('../replay/report/replay-text.ts'),
    ]);
    const file = this.reportFile(flags);
    const runs = eachSheet(flags).map((own, k) => {
      const request = requestOf({...parsed, flags: own});
      const files = k === 0 ? {perFunction: flags['per-function']} : {calls: undefined, timeline: undefined};
      const whole = {perFunction: undefined, parts: undefined, report: undefined, ...request, ...files};
      return () => runReplay(whole, this.listener(flags));
    });
    const rowsOf = ({runs: replayed}: ReplayReport) =>
      replayed.map(({policy: name, usdPerDay, coldShare}) => ({name, usdPerDay, coldShare}));
    const report = await runBySheet({runs, rowsOf, text: replayText, file, force: flags.force});
    return file ? undefined : report;
  }

  private async printScenario(files: readonly string[] | undefined): Promise<unknown> {
    const {scenarioJson} = await import('./flags/print-scenario.ts');
    const json = scenarioJson(Replay.flags, this.settings!, files);
    return this.present(json, (its) => `${JSON.stringify(its, undefined, 2)}\n`);
  }

  /** A run a scenario, and one table of all. */
  private async runGrid(parsed: Read): Promise<unknown> {
    const {flags, args} = parsed;
    const one = ['shard', 'parts', 'per-function', 'calls', 'timeline', 'watch'] as const;
    const refused = one.find((name) => flags[name]);
    if (refused !== undefined) {
      throw usageError(`--${refused} is of one run, and here are ${this.scenarios.length}`, 'give a single scenario');
    }
    const cells = this.scenarios.map((scenario) => ({
      ...scenario,
      request: requestOf({args, flags: this.flagsIn(scenario) as Read['flags']}),
    }));
    const {runScenarios} = await import('../tasks/scenarios/run-scenarios.ts');
    const file = this.reportFile(flags);
    const report = await runScenarios(
      {path: args.workload, cells, report: file, force: flags.force},
      this.listener(flags),
    );
    return file ? undefined : report;
  }

  /** Draws the replay on stderr while it runs. */
  private async onlooker(): Promise<Show> {
    if (!process.stderr.isTTY || !process.stdin.isTTY) {
      throw usageError('--watch draws on a terminal and reads its keys, and here is none', 'leave out --watch');
    }
    const {watch} = await import('../ui/watch.tsx');
    this.endProgress();
    // As Ctrl-C: what is not whole is not written.
    return (seen) => watch(seen, () => process.kill(process.pid, 'SIGINT'));
  }
}

interface Read {
  readonly args: {readonly workload: string};
  readonly flags: Interfaces.InferredFlags<typeof Replay.flags>;
}

/** What is to be done, as the flags say it. */
function requestOf({args, flags}: Read) {
  return {
    path: args.workload,
    scaling: scalingOf(flags),
    policies: flags.policy,
    options: replayOptions(flags),
    functions: flags.functions,
    contention: contentionRequest(flags),
    calls: flags.calls,
    timeline: flags.timeline === undefined ? undefined : {path: flags.timeline, everyUs: flags.every},
    by: flags.by,
    force: flags.force,
    teams: flags.teams,
    alone: flags.alone,
    calibrate: flags.calibrate,
    baseline: flags.baseline,
    threads: flags.threads ?? ('auto' as const),
  };
}
