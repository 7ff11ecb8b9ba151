import {Flags} from '@oclif/core';
import {US_PER_MS} from '../base/units.ts';
import {MAX_FUNCTIONS, MAX_PARTS} from '../workload/synth/limits.ts';
import {readSessions} from '../workload/synth/session-calls.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags, seedFlag, workloadOutFlag} from './flags/common-flags.ts';
import {partText, piecesIn, shareRequest, synthShardFlags} from './flags/shard-flags.ts';
import {countFlag, lengthFlag, numberFlag, timeFlag, valueFlag} from './flags/value-flags.ts';

const functionsFlag = countFlag(1, MAX_FUNCTIONS);
const rateFlag = numberFlag('calls per second, a number from 0, such as 250 or 11.5e6', (rate) => rate >= 0);

export default class Synth extends BaseCommand {
  static override readonly doing = 'drawing calls';
  static override summary = 'Make a workload of any size, like Azure Functions or like a trace of yours.';
  static override description = [
    'Without --like: rates, apps, triggers, durations and memory as published for Azure Functions in 2019, timers that ' +
      'fire by the clock, bursts, a daily and a weekly wave from a Monday 00:00, teams whose sizes follow Zipf. ' +
      'With --like: copies of the functions of a workload, their rates its quantiles.',
    'All rates are scaled to --rate; the calls of the span add up to rate x span exactly.',
  ].join('\n\n');
  static override examples = [
    '<%= config.bin %> synth --functions 500000 --rate 11.5e6 --span 60s --mean-duration 147ms --out w.arrow',
    '<%= config.bin %> synth --functions 2000 --span 14d --seed 7 --out - | <%= config.bin %> describe -',
    '<%= config.bin %> synth --sessions players=10000,rooms=500 --span 10m --out game.arrow',
    '<%= config.bin %> synth --functions 5000000 --rate 1000 --span 7d --parts 64 --out week/',
    '<%= config.bin %> synth --like w0.arrow --functions 100000 --span 1d --out w.arrow',
  ];
  static override flags = {
    ...workloadOutFlag,
    functions: functionsFlag({
      char: 'n',
      helpValue: 'N',
      summary: 'Functions [default: 10000, or as many as --like has].',
    }),
    rate: rateFlag({
      char: 'r',
      helpValue: 'CALLS',
      summary: 'Calls a second of all functions together [default: what such functions get].',
    }),
    span: timeFlag({default: '1d', helpValue: 'TIME', summary: 'Length; the last minute may be cut.'}),
    'mean-duration': lengthFlag({
      helpValue: 'TIME',
      summary: "Mean execution time over all calls [default: 3.348s, or --like's].",
    }),
    parts: countFlag(
      1,
      MAX_PARTS,
    )({
      helpValue: 'N',
      summary: 'Write a folder of so many files, of functions that follow each other: for workloads beyond memory.',
    }),
    like: Flags.string({helpValue: 'FILE', summary: 'Workload to take after, - for stdin.'}),
    sessions: valueFlag(readSessions)({
      helpValue: 'players=10000,rooms=500,...',
      summary:
        'Single calls of players instead, by session and room: players=, rooms=500, actions=5 a second, length=30m, pause=0s.',
      exclusive: ['like', 'rate', 'teams', 'parts', 'shard'],
    }),
    teams: functionsFlag({helpValue: 'N', summary: 'Owners [default: the root of --functions].', exclusive: ['like']}),
    ...synthShardFlags,
    ...seedFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const parsed = await this.parse(Synth);
    const {flags} = parsed;
    const {runSynth, runSynthShare} = await import('../tasks/synth.ts');
    const request = {
      functions: flags.functions,
      teams: flags.teams,
      ratePerSecond: flags.rate,
      spanUs: flags.span,
      meanDurationMs: flags['mean-duration'] && flags['mean-duration'] / US_PER_MS,
      seed: flags.seed,
      sessions: flags.sessions,
      like: flags.like,
      force: flags.force,
    };
    const words = {id: 'synth', version: this.config.version, definitions: Synth.flags};
    const share = shareRequest(words, {...parsed, args: {workload: flags.like}});
    if (share !== undefined) return this.present(await runSynthShare({...request, share}), partText, flags.out);
    const pieces = await piecesIn(flags['from-parts']);
    const report = await runSynth({...request, out: flags.out, parts: flags.parts, pieces});
    const {synthText} = await import('../workload/synth/synth-report.ts');
    return this.present(report, flags.quiet ? () => '' : synthText, flags.out);
  }
}
