import {usageError} from '../../../base/errors.ts';
import {adaptive} from './adaptive/adaptive.ts';
import {belady} from './bounds/belady.ts';
import {clairvoyant} from './bounds/clairvoyant.ts';
import {clairvoyantKeep} from './bounds/clairvoyant-keep.ts';
import {fixed} from './fixed.ts';
import {freq} from './freq.ts';
import {greedyDual} from './greedy-dual.ts';
import {hazard} from './hazard.ts';
import {hybrid} from './hybrid/hybrid.ts';
import {infinite} from './infinite.ts';
import type {KeepAlive, KeepAliveSpec, PolicyContext, PolicyOptions} from './keep-alive.ts';
import {landlord} from './landlord.ts';
import {lru} from './lru.ts';
import {none} from './none.ts';
import {size} from './size.ts';
import {skiRental} from './ski-rental.ts';
import {plan} from './targets/plan.ts';
import {predictive} from './targets/predictive.ts';
import type {SlotTargets} from './targets/slot-targets.ts';

/** `--policy` by name. */
export const keepAlives: Readonly<Record<string, KeepAliveSpec>> = {
  none,
  fixed,
  infinite,
  lru,
  'greedy-dual': greedyDual,
  freq,
  size,
  landlord,
  hybrid,
  hazard,
  'ski-rental': skiRental,
  adaptive,
  plan,
  predictive,
  'clairvoyant-keep': clairvoyantKeep,
  clairvoyant,
  belady,
};

/** A policy as the user wrote it, `name:key=value,key=value`, with defaults filled in. */
export interface PolicyChoice {
  /** The string as given; reports carry it. */
  readonly text: string;
  readonly name: string;
  readonly options: PolicyOptions;
  /** What a policy that follows targets is to keep to, read or made by whoever starts the replay. */
  readonly targets?: SlotTargets;
}

/** Reads `fixed:ttl=10m`. Unknown names and keys, and missing required values, are usage errors. */
export function parsePolicy(text: string): PolicyChoice {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const spec = Object.hasOwn(keepAlives, name) ? keepAlives[name]! : undefined;
  if (!spec) {
    throw usageError(
      `--policy is '${text}', there is no policy '${name}'`,
      `known policies: ${Object.keys(keepAlives).join(', ')}`,
    );
  }
  const options: Record<string, string> = {};
  for (const [key, parameter] of Object.entries(spec.parameters)) options[key] = parameter.default;
  const given = colon < 0 ? '' : text.slice(colon + 1);
  for (const pair of given === '' ? [] : given.split(',')) {
    const equals = pair.indexOf('=');
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (equals < 0 || !Object.hasOwn(options, key)) {
      const known = Object.keys(spec.parameters);
      throw usageError(
        `--policy is '${text}': '${pair}' is no parameter of ${name}, must be key=value`,
        known.length > 0 ? `parameters of ${name}: ${known.join(', ')}` : `${name} takes no parameters`,
      );
    }
    options[key] = pair.slice(equals + 1);
  }
  const missing = Object.keys(options).find((key) => options[key] === '');
  if (missing) throw usageError(`--policy is '${text}': ${name} needs ${missing}=...`);
  return {text, name, options};
}

export function createKeepAlive(choice: PolicyChoice, context: PolicyContext): KeepAlive {
  return keepAlives[choice.name]!.create(choice.options, context);
}

/** One line a policy for `--help`: name, parameters with defaults, what it does. */
export function keepAliveSummaries(): string {
  return Object.entries(keepAlives)
    .map(([name, {summary, parameters}]) => {
      const given = Object.entries(parameters).map(([key, {default: value}]) => `${key}=${value || '...'}`);
      return `  ${name}${given.length > 0 ? `:${given.join(',')}` : ''} - ${summary}`;
    })
    .join('\n');
}
