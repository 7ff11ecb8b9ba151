import type {PlatformChoice} from '../../replay/platforms/platform.ts';
import {platforms} from '../../replay/platforms/registry.ts';
import {type Definitions, filled, type Parsed} from './filled-flags.ts';
import {withPreset} from './presets.ts';
import {readValues, valueFlag} from './value-flags.ts';

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
function withPlatform(definitions: object, parsed: Parsed) {
  const {platform: text} = parsed.flags;
  if (typeof text !== 'string' || !('platform' in definitions)) return {flags: parsed.flags, assumed: []};
  const known = definitions as Definitions;
  const {platform} = readPlatform(text, '--platform');
  const own = Object.entries(platform.flags).map(
    ([name, value]) => [name === 'policy' && known.policy?.default === undefined ? 'baseline' : name, value] as const,
  );
  return filled(known, parsed, own);
}

/** The values of the flags that oclif has parsed, with those of the platform and of the preset where the user said nothing. */
export function valuesOf(definitions: object, parsed: Parsed): Record<string, unknown> {
  const {texts, assumed} = textsInForce(definitions, parsed);
  const values: Record<string, unknown> = readValues(definitions, {...texts});
  if (assumed.length > 0) values.platform = {...(values.platform as PlatformChoice), assumed};
  return values;
}

/** What holds, as one would write it, and the names of the flags that the platform decides, and the preset. */
export function textsInForce(definitions: object, parsed: Parsed) {
  const {flags, assumed} = withPlatform(definitions, parsed);
  const texts = withPreset(definitions, {...parsed, flags}, assumed);
  return {texts, assumed, preset: Object.keys(texts).filter((name) => texts[name] !== flags[name])};
}

/** What the flags of `definitions` are, for a command that has some of them; others are as they are by default. */
export function valuesFor(definitions: object, {flags, metadata}: Parsed): Record<string, unknown> {
  const texts: Record<string, unknown> = {};
  const told: Record<string, {setFromDefault?: boolean} | undefined> = {};
  for (const [name, {default: usual}] of Object.entries(definitions as Definitions)) {
    const given = flags[name] !== undefined && metadata.flags[name]?.setFromDefault !== true;
    texts[name] = given ? flags[name] : usual;
    told[name] = {setFromDefault: !given};
  }
  return valuesOf(definitions, {flags: texts, metadata: {flags: told}});
}

/** The same on that platform. */
export function valuesOn(platform: string, definitions: object, {flags, metadata}: Parsed): Record<string, unknown> {
  return valuesFor(definitions, {
    flags: {...flags, platform},
    metadata: {flags: {...metadata.flags, platform: {setFromDefault: false}}},
  });
}
