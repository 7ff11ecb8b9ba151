import {fileURLToPath} from 'node:url';
import {type Command, Config} from '@oclif/core';
import Check from '../../src/commands/check.ts';
import Describe from '../../src/commands/describe.ts';
import Diff from '../../src/commands/diff.ts';
import Export from '../../src/commands/export.ts';
import Forecast from '../../src/commands/forecast.ts';
import Ingest from '../../src/commands/ingest.ts';
import Plan from '../../src/commands/plan.ts';
import Replay from '../../src/commands/replay.ts';

const commands = {
  check: Check,
  describe: Describe,
  diff: Diff,
  export: Export,
  forecast: Forecast,
  ingest: Ingest,
  plan: Plan,
  replay: Replay,
} as const;

let config: Config | undefined;

/** Runs a command in this process as `--json` does, from its flags on; returns its report, or throws what it throws. */
export async function run(name: keyof typeof commands, ...args: string[]): Promise<Report> {
  config ??= await Config.load({root: fileURLToPath(new URL('../../', import.meta.url)), devPlugins: false});
  const Made = commands[name] as unknown as new (argv: string[], config: Config) => Command;
  const report = await new Made([...args, ...(name === 'export' ? [] : ['--json'])], config).run();
  return (report ?? {}) as Report;
}

/** A report, of which the oracle asks what it should have. */
export type Report = Readonly<Record<string, unknown>>;
