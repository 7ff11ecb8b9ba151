import {cpSync, existsSync, mkdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {Flags} from '@oclif/core';
import {usageError} from '../base/errors.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, outputFlags} from './flags/common-flags.ts';

/** In the package, seen from dist/commands. */
const sample = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));

export default class Demo extends BaseCommand {
  static override summary = 'Write a sample trace and take a first look at it.';
  static override description =
    'Eight hours of 150 functions of Azure (CC-BY 4.0, Microsoft), read, described and replayed under four policies; the\n' +
    'commands are shown as they would be typed, and everything they make stays in FOLDER.';
  static override examples = ['<%= config.bin %> demo', '<%= config.bin %> demo --out first-look'];
  static override enableJsonFlag = false;
  static override flags = {
    out: Flags.string({char: 'o', default: 'coldfront-demo', helpValue: 'FOLDER', summary: 'Folder to make.'}),
    ...commonFlags,
    ...outputFlags,
  };

  async run(): Promise<void> {
    const {flags} = await this.parse(Demo);
    const folder = flags.out;
    if (existsSync(folder) && !flags.force)
      throw usageError(`${folder} exists`, 'name another folder, or overwrite what the demo writes with --force');
    mkdirSync(folder, {recursive: true});
    cpSync(sample, `${folder}/trace`, {recursive: true});
    const workload = `${folder}/w.arrow`;
    const policies = ['none', 'fixed:ttl=10m', 'infinite', 'adaptive'].flatMap((policy) => ['--policy', policy]);
    await this.show('ingest', `${folder}/trace`, '--out', workload, ...(flags.force ? ['--force'] : []));
    await this.show('describe', workload, '--top', '3');
    await this.show('replay', workload, ...policies);
    this.log(`\nNext: coldfront plan ${workload} --out ${folder}/p.arrow decides who gets warm slots,`);
    this.log(`      coldfront frontier ${workload} sweeps every policy,`);
    this.log(`      coldfront report --run ${workload} --out ${folder}/report.html makes a page of it,`);
    this.log('      coldfront ingest FILE --out w.arrow reads a trace of your own; coldfront help lists the rest.');
  }

  /** A command as it would be typed, and what it prints. */
  private async show(id: string, ...argv: string[]): Promise<void> {
    this.log(`\n$ coldfront ${[id, ...argv].join(' ')}`);
    await this.config.runCommand(id, argv);
  }
}
