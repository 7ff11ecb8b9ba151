import type {PlatformChoice} from '../../replay/platforms/platform.ts';
import {platforms} from '../../replay/platforms/registry.ts';
import {valueFlag} from './value-flags.ts';

/** What oclif has parsed. */
interface Parsed {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly metadata: {readonly flags: Readonly<Record<string, {readonly setFromDefault?: boolean} | undefined>>};
}

/** `lambda:account=500`: the platform with its parts. */
export function readPlatform(text: string, flag: string): PlatformChoice {
  const choice = platforms.parse(text, flag);
  return {...choice, platform: platforms.named(choice.name).create(choice.values, undefined), assumed: []};
}

export const platformFlag = valueFlag(readPlatform)({
  helpGroup: 'PLATFORM',
  helpValue: 'NAME:key=value',
  summary: `Behave and bill like it; every other flag goes before what it says: ${platforms.names.join(', ')}.`,
});

/**
 * The flags as texts, with what `--platform` says where the user said nothing, and the names of those. A command without
 * a policy of its own compares with what the platform does.
 */
export function withPlatform(definitions: object, {flags, metadata}: Parsed) {
  const assumed: string[] = [];
  if (typeof flags.platform !== 'string' || !('platform' in definitions)) return {flags, assumed};
  const known = definitions as Readonly<Record<string, {readonly multiple?: boolean; readonly default?: unknown}>>;
  const {platform} = readPlatform(flags.platform, '--platform');
  const values: Record<string, unknown> = {...flags};
  for (const [name, text] of Object.entries(platform.flags)) {
    const own = name === 'policy' && known.policy?.default === undefined ? 'baseline' : name;
    const given = flags[own] !== undefined && metadata.flags[own]?.setFromDefault !== true;
    if (!Object.hasOwn(known, own) || given) continue;
    values[own] = known[own]!.multiple ? [text] : text;
    assumed.push(own);
  }
  return {flags: values, assumed};
}
