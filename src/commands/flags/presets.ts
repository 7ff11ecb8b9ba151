import {Flags} from '@oclif/core';
import {type Definitions, filled, type Parsed} from './filled-flags.ts';

/** Fleets by name: flags that a preset stands for. */
const presets = {
  /** The design exercise of Meta's serverless platform: 10,000 hosts of 256 container slots, cut into cells of some 40,000. */
  meta: {hosts: '10000', slots: '256', cells: '64'},
} as const;

type PresetName = keyof typeof presets;

export const presetFlag = Flags.option({
  options: Object.keys(presets) as PresetName[],
  summary: 'Fleet by name: meta is --hosts 10000 --slots 256 --cells 64; single flags replace its own.',
  helpGroup: 'FLEET',
})();

/** The flags as texts, with what `--preset` says where neither the user nor what is `assumed` says anything. */
export function withPreset(
  definitions: object,
  parsed: Parsed,
  assumed: readonly string[],
): Readonly<Record<string, unknown>> {
  const {preset} = parsed.flags;
  if (typeof preset !== 'string' || !('preset' in definitions)) return parsed.flags;
  const own = Object.entries(presets[preset as PresetName]).filter(([name]) => !assumed.includes(name));
  return filled(definitions as Definitions, parsed, own).flags;
}
