import type {PlatformChoice} from '../../replay/platforms/platform.ts';
import {platforms} from '../../replay/platforms/registry.ts';
import {readValues, valueFlag} from './value-flags.ts';

/** What oclif has parsed. */
export interface Parsed {
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
function withPlatform(definitions: object, {flags, metadata}: Parsed) {
  const assumed: string[] = [];
  if (typeof flags.platform !== 'string' || !('platform' in definitions)) return {flags, assumed};
  const known = definitions as Definitions;
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

type Definitions = Readonly<Record<string, {readonly multiple?: boolean; readonly default?: unknown}>>;

/** The values of the flags that oclif has parsed, with those of the platform where the user said nothing. */
export function valuesOf(definitions: object, parsed: Parsed): Record<string, unknown> {
  const {flags: texts, assumed} = withPlatform(definitions, parsed);
  const values: Record<string, unknown> = readValues(definitions, {...texts});
  if (assumed.length > 0) values.platform = {...(values.platform as PlatformChoice), assumed};
  return values;
}

/** What the flags of `definitions` are on that platform, for a command that has some of them. */
export function valuesOn(platform: string, definitions: object, {flags, metadata}: Parsed): Record<string, unknown> {
  const texts: Record<string, unknown> = {platform};
  const told: Record<string, {setFromDefault?: boolean} | undefined> = {};
  for (const [name, {default: usual}] of Object.entries(definitions as Definitions)) {
    if (name === 'platform') continue;
    const given = flags[name] !== undefined && metadata.flags[name]?.setFromDefault !== true;
    texts[name] = given ? flags[name] : usual;
    told[name] = {setFromDefault: !given};
  }
  return valuesOf(definitions, {flags: texts, metadata: {flags: told}});
}
