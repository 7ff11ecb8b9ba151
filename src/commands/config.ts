import {Flags} from '@oclif/core';
import {policies} from '../replay/policies/registry.ts';
import {type ConfigReport, configPrinted, type SettingInForce} from '../tasks/config.ts';
import {BaseCommand} from './flags/base-command.ts';
import {commonFlags, demandFlags, seedFlag, tableFlags, threadsFlag, topFlag} from './flags/common-flags.ts';
import {objectiveFlags, seedsFlag} from './flags/objective-flags.ts';
import {textsInForce} from './flags/platform-flags.ts';
import {policyFlag, replayFlags} from './flags/replay-flags.ts';
import {aliases, allKeys, flaglessKeys, flagsOfKey, settingKeys} from './flags/setting-keys.ts';
import {portionFlag, valueFlag} from './flags/value-flags.ts';

const settings = {
  ...replayFlags,
  policy: policyFlag,
  baseline: valueFlag((text, flag) => policies.parse(text, flag))({
    helpValue: 'POLICY',
    summary: 'What you run today.',
  }),
  ...demandFlags,
  ...objectiveFlags,
  headroom: portionFlag({default: '0', helpValue: 'SHARE', summary: 'Of size: demand is this much more.'}),
  seeds: seedsFlag({default: '1,2,3', helpValue: 'N,...', summary: 'Of size: the answer meets with each.'}),
  ...seedFlag,
  ...threadsFlag,
};

const groups = Object.entries(settingKeys).map(([group, keys]) => `  ${group}: ${keys.join(', ')}`);

export default class Config extends BaseCommand {
  static override summary =
    'What is in force, and where it comes from: flags, --set, coldfront.json, a platform, defaults.';
  static override description =
    `coldfront.json in the working directory, or the file of --profile, holds settings for every command; flags win, then --set,
then the file, then what --platform and --preset say, then defaults. {"fleet": {"hosts": 10, "slots": 256}, "prices": "lambda",
"objectives": {"p99Start": "200ms"}}; the JSON Schema is in the package (scenario.schema.json). Keys, by group:
${groups.join('\n')}`;
  static override examples = [
    '<%= config.bin %> config',
    '<%= config.bin %> config --platform lambda --set objectives.p99Start=200ms --json',
  ];
  static override flags = {
    all: Flags.boolean({summary: 'Also what is not set and has no default.'}),
    ...settings,
    ...tableFlags,
    ...topFlag,
    ...commonFlags,
  };

  async run(): Promise<unknown> {
    const {flags} = await this.parse(Config);
    const report: ConfigReport = {
      schema: 'coldfront.config/1',
      file: this.settings!.file ?? null,
      settings: this.inForce().filter(({value}) => flags.all || this.jsonEnabled() || value !== null),
    };
    return this.present(report, configPrinted);
  }

  private inForce(): SettingInForce[] {
    const {parsed, flagless, file, from} = this.settings!;
    const {texts, assumed, preset} = textsInForce(settings, parsed);
    const source = (name: string): string => {
      if (assumed.includes(name)) return `--platform ${texts.platform}`;
      if (preset.includes(name)) return `--preset ${texts.preset}`;
      const elsewhere = from.get(name);
      if (elsewhere !== undefined) return elsewhere;
      return texts[name] !== undefined && parsed.metadata.flags[name]?.setFromDefault !== true
        ? 'command line'
        : 'default';
    };
    const groupOf = (key: string) =>
      Object.entries(settingKeys).find(([, keys]) => (keys as readonly string[]).includes(key))![0];
    const keys = allKeys.filter((key) => !aliases.includes(key) && !(flaglessKeys as readonly string[]).includes(key));
    return [
      ...keys.map((key): SettingInForce => {
        const name = flagsOfKey(key).find((flag) => flag in settings)!;
        const text = texts[name];
        return {group: groupOf(key), key, value: written(text), from: text === undefined ? 'default' : source(name)};
      }),
      ...flaglessKeys.map((key): SettingInForce => {
        const value = flagless[key];
        return {
          group: groupOf(key),
          key,
          value: value ?? null,
          from: value === undefined ? 'default' : (file ?? '--set'),
        };
      }),
    ];
  }
}

/** As one would write it. */
function written(text: unknown): string | null {
  if (text === undefined) return null;
  return Array.isArray(text) ? text.join(' ') : String(text);
}
