import {usageError} from '../../base/errors.ts';
import {hashText} from '../../base/random.ts';
import type {PlanFile} from '../file/plan-file.ts';

/** What a platform takes for a name. */
export interface NameRule {
  /** As messages call it: `Knative service`. */
  readonly what: string;
  /** Longest name, the fixed prefix and suffix not counted. */
  readonly length: number;
  /** Makes a text of legal characters; need not be short enough. */
  clean(text: string): string;
}

/** DNS-1035 label: lower-case letters, digits and hyphens, a letter first, no hyphen last. */
export function dnsLabel(what: string, length: number): NameRule {
  return {
    what,
    length,
    clean: (text) => {
      const plain = text.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
      const led = /^[a-z]/.test(plain) ? plain : `f-${plain.replace(/^-+/, '')}`;
      return withoutEnd(led) || 'f';
    },
  };
}

/** A name without hyphens at its end. */
function withoutEnd(name: string): string {
  let end = name.length;
  while (name[end - 1] === '-') end--;
  return name.slice(0, end);
}

/** AWS Lambda: letters, digits, hyphens and underscores; upper and lower case differ. */
export const lambdaName: NameRule = {
  what: 'Lambda function',
  length: 64,
  clean: (text) => text.replace(/[^a-zA-Z0-9_-]+/g, '_') || '_',
};

/** Terraform label: letters, digits, underscores and hyphens, no digit first. */
export const terraformLabel: NameRule = {
  what: 'Terraform resource',
  length: 128,
  clean: (text) => text.replace(/[^a-zA-Z0-9_-]+/g, '_').replace(/^(?=[^a-zA-Z_])/, '_') || '_',
};

export interface NameOptions {
  /** `{function}`, `{app}` and `{owner}` are filled in. */
  readonly template: string;
  /** Appends a hash of owner, app and function to every name, so that none can collide. */
  readonly hashed: boolean;
}

/**
 * The platform's name of each function of a plan: sanitised, and cut with a hash tail where it is too long. Two
 * functions that come out with the same name are refused: one of them would take the other's slots.
 */
export function platformNames(
  plan: PlanFile,
  wanted: readonly number[],
  rule: NameRule,
  options: NameOptions,
): string[] {
  const owners = new Map<string, number>();
  return wanted.map((f) => {
    const said = {owner: plan.owner[f]!, app: plan.app[f]!, function: plan.name[f]!};
    const text = options.template.replace(/\{(owner|app|function)\}/g, (_, which: keyof typeof said) => said[which]);
    const clean = rule.clean(text);
    const name = options.hashed || clean.length > rule.length ? withTail(clean, f, plan, rule) : clean;
    const other = owners.get(name);
    if (other !== undefined) {
      throw usageError(
        `functions ${identity(plan, other)} and ${identity(plan, f)} would both be the ${rule.what} '${name}'`,
        "tell them apart with --name '{app}-{function}', or add a hash with --hash-names",
      );
    }
    owners.set(name, f);
    return name;
  });
}

/** A name within `length`: cut, with a hash of itself for a tail, where it is longer. */
export function shortened(name: string, length: number): string {
  return name.length <= length ? name : tailed(name, name, length);
}

function withTail(clean: string, f: number, plan: PlanFile, rule: NameRule): string {
  return tailed(clean, `${plan.owner[f]}\0${plan.app[f]}\0${plan.name[f]}`, rule.length);
}

/** Eight hexadecimal digits after a hyphen. */
const TAIL_LENGTH = 9;

function tailed(name: string, hashed: string, length: number): string {
  const hash = hashText(hashed) >>> 0;
  const head = withoutEnd(name.slice(0, length - TAIL_LENGTH));
  return `${head}-${hash.toString(16).padStart(8, '0')}`;
}

function identity(plan: PlanFile, f: number): string {
  return `'${plan.owner[f]}/${plan.app[f]}/${plan.name[f]}'`;
}
