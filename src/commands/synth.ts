import {Flags} from '@oclif/core';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags, seedFlag} from './flags/common-flags.ts';

export default class Synth extends BaseCommand {
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
    '<%= config.bin %> synth --like w0.arrow --functions 100000 --span 1d --out w.arrow',
  ];
  static override flags = {
    out: Flags.string({char: 'o', required: true, summary: 'Workload file to write, - for stdout.'}),
    functions: Flags.string({
      char: 'n',
      helpValue: 'N',
      summary: 'Functions [default: 10000, or as many as --like has].',
    }),
    rate: Flags.string({
      char: 'r',
      helpValue: 'CALLS',
      summary: 'Calls a second of all functions together [default: what such functions get].',
    }),
    span: Flags.string({default: '1d', helpValue: 'TIME', summary: 'Length; the last minute may be cut.'}),
    'mean-duration': Flags.string({
      helpValue: 'TIME',
      summary: "Mean execution time over all calls [default: 3.348s, or --like's].",
    }),
    like: Flags.string({helpValue: 'FILE', summary: 'Workload to take after, - for stdin.'}),
    teams: Flags.string({helpValue: 'N', summary: 'Owners [default: the root of --functions].', exclusive: ['like']}),
    ...seedFlag,
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<unknown> {
    const {flags} = await this.parse(Synth);
    const {parseSynthFlags} = await import('../workload/synth/parse-flags.ts');
    const request = parseSynthFlags(flags);
    const {synth, synthText} = await import('../workload/synth/synth.ts');
    const report = await synth(request);
    return this.present(report, flags.quiet ? () => '' : synthText, flags.out);
  }
}
