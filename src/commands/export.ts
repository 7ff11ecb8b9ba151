import {Args, Flags} from '@oclif/core';
import {targets} from '../plan/export/targets.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags} from './flags/common-flags.ts';
import {isoTimeFlag, timeFlag} from './flags/value-flags.ts';

const leads = targets.parts
  .flatMap((target) => (target.format === 'json' && target.lead !== '0' ? [`${target.lead} for ${target.name}`] : []))
  .join(', ');

export default class Export extends BaseCommand {
  static override readonly doing = 'exporting';
  static override summary = `Hand a plan to a platform: ${targets.parts.map(({title}) => title).join(', ')}.`;
  static override description =
    `Names of functions become names that the platform takes; two that would become the same are refused.
Times are whole minutes in UTC, starts early by the plan's lead and the platform's.

${targets.summaries()}`;
  static override examples = [
    '<%= config.bin %> export p.arrow --to csv',
    '<%= config.bin %> export p.arrow --to keda --repeat day --namespace shop --out keda.json',
    '<%= config.bin %> export p.arrow --to terraform --qualifier live --out warm.tf.json',
  ];
  static override args = {
    plan: Args.string({required: true, ignoreStdin: true, description: 'plan file, - for stdin'}),
  };
  static override enableJsonFlag = false;
  static override flags = {
    to: Flags.option({
      options: targets.names,
      required: true,
      summary: 'The form to write.',
    })(),
    out: Flags.string({char: 'o', default: '-', helpValue: 'FILE', summary: 'Where it goes, - for stdout.'}),
    all: Flags.boolean({summary: 'Functions without slots too, so that an earlier plan is undone.'}),
    name: Flags.string({
      default: '{function}',
      helpValue: 'TEMPLATE',
      summary: 'Name on the platform, of {function}, {app} and {owner}.',
    }),
    'hash-names': Flags.boolean({summary: 'End every name with a hash, so that none can collide.'}),
    'names-out': Flags.string({
      helpValue: 'FILE',
      summary: 'Also write a CSV of which name stands for which function.',
    }),
    namespace: Flags.string({default: 'default', summary: 'Kubernetes namespace.'}),
    qualifier: Flags.string({default: 'live', summary: 'Alias or version of the Lambda functions.'}),
    repeat: Flags.option({
      options: ['plan', 'day', 'week'] as const,
      default: 'plan' as const,
      summary: 'How the windows come again; plan: as planned.',
    })(),
    start: isoTimeFlag({helpValue: 'TIME', summary: "ISO 8601 time of the plan's time 0."}),
    lead: timeFlag({
      helpValue: 'TIME',
      summary: `How long the platform takes to have slots ready. [default: ${leads}]`,
    }),
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Export);
    const {runExport} = await import('../tasks/export.ts');
    const notes = await runExport({
      path: args.plan,
      to: flags.to,
      all: flags.all,
      nameTemplate: flags.name,
      hashNames: flags['hash-names'],
      namespace: flags.namespace,
      qualifier: flags.qualifier,
      repeat: flags.repeat,
      startUs: flags.start,
      leadUs: flags.lead,
      out: flags.out,
      namesOut: flags['names-out'],
      force: flags.force,
    });
    for (const note of notes) this.note(note);
  }
}
