import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, demandFlags, scalingOf, seedFlag, tableFlags, workloadArg} from './flags/common-flags.ts';
import {countFlag} from './flags/value-flags.ts';

/** Functions listed unless somebody says how many. */
const LISTED = 10;

export default class Describe extends BaseCommand {
  static override readonly doing = 'describing';
  static override summary = 'What a workload is: rates, classes, triggers, concentration, durations, memory.';
  static override description =
    'Functions are periodic, rare, bursty or steady by their rate and by how much the times between their calls vary.';
  static override examples = [
    '<%= config.bin %> describe w.arrow',
    '<%= config.bin %> ingest calls.csv --out - | <%= config.bin %> describe - --json | jq .classes',
  ];
  static override args = workloadArg;
  static override flags = {
    top: countFlag(0)({
      helpValue: 'N',
      summary: `Functions listed by calls and by sensitivity. [default: ${LISTED}; all with --csv]`,
    }),
    ...tableFlags,
    ...demandFlags,
    ...seedFlag,
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Describe);
    const {runDescribe} = await import('../tasks/describe/describe.ts');
    // What is sorted or written for programs is all of them.
    const all = flags.csv || flags.sort !== undefined || flags.table !== undefined;
    const top = flags.top ?? LISTED;
    const wanted = all ? Number.POSITIVE_INFINITY : top;
    const report = await runDescribe({path: args.workload, scaling: scalingOf(flags)}, wanted, this.listener());
    const {describePrinted} = await import('../tasks/describe/describe-text.ts');
    return this.present(report, describePrinted(top));
  }
}
