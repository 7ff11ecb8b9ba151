import {usageError} from '../base/errors.ts';
import {platforms} from '../replay/platforms/registry.ts';
import {BaseCommand} from './flags/base-command.ts';
import {perFlag, reportFlags, scalingOf, timingFlag, workloadArg} from './flags/common-flags.ts';
import {readPlatform} from './flags/platform-flags.ts';
import {replayingFlags, replayOn} from './flags/replay-flags.ts';
import {timeFlag, valueFlag} from './flags/value-flags.ts';

const {platform: _, ...ownFlags} = replayingFlags;

export default class Platforms extends BaseCommand {
  static override readonly doing = 'comparing platforms';
  static override readonly usualPer = 'month';
  static override summary =
    'What this trace does, and costs, on each platform: as it comes, and with its best settings.';
  static override description =
    `Every flag of replay goes before what a platform says. Best settings are found by replaying candidates.

${platforms.summaries()}`;
  static override examples = [
    '<%= config.bin %> platforms w.arrow',
    '<%= config.bin %> platforms w.arrow --on lambda:account=500,cloud-run --p99-start 200ms --json',
  ];
  static override args = workloadArg;
  static override flags = {
    on: valueFlag(readOn)({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME,...',
      summary: 'These alone, names or with keys. [default: all]',
    }),
    'p99-start': timeFlag({
      helpValue: 'TIME',
      summary: 'Best: the cheapest that starts 99 % of calls within this. [default: as late as it comes]',
    }),
    ...reportFlags,
    ...perFlag,
    ...timingFlag('the rate'),
    ...ownFlags,
  };

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(Platforms);
    const {runPlatforms} = await import('../tasks/platforms.ts');
    const file = this.reportFile(flags);
    const report = await runPlatforms(
      {
        path: args.workload,
        scaling: scalingOf(flags),
        platforms: flags.on?.flat() ?? platforms.names,
        on: (platform) => replayOn(platform, this.texts!, this.settings!.flagless.isolation),
        functions: flags.functions,
        p99StartUs: flags['p99-start'],
        report: file,
        force: flags.force,
        threads: flags.threads ?? ('auto' as const),
      },
      this.listener(flags),
    );
    return file ? undefined : report;
  }
}

/** `lambda:account=500,arch=arm,cloud-run`: a part that names a platform begins the next one. */
function readOn(text: string, flag: string): string[] {
  const found: string[] = [];
  for (const part of text.split(',')) {
    const isKey = found.length > 0 && part.includes('=') && !part.includes(':');
    if (isKey) found.push(`${found.pop()},${part}`);
    else found.push(part);
  }
  if (text === '')
    throw usageError(`${flag} is '', must name platforms`, `known platforms: ${platforms.names.join(', ')}`);
  for (const one of found) readPlatform(one, flag);
  return found;
}
