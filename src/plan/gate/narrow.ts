import {usageError} from '../../base/errors.ts';
import type {Facts} from './facts.ts';

/** Of whom objectives are asked, instead of all calls of a run together. */
export interface Narrowed {
  /** Teams by name, or all of which the report tells; undefined: none. */
  readonly teams: readonly string[] | 'all' | undefined;
  /** The share of functions that is to keep the limit of p99 start delay; undefined: all calls together. */
  readonly functionsWithin: number | undefined;
}

/** Facts, and the limits that they are held against. */
export interface Held {
  readonly facts: Facts;
  readonly limits: Readonly<Record<string, number>>;
}

/** Objectives that are of calls, and so can be asked of a team's. */
const OF_CALLS = ['p99-start-ms', 'min-warm-share', 'max-cold-share', 'max-lost-share'];

/** What reports tell of functions: the share and what it is called there. */
const told: Readonly<Record<number, string>> = {
  0.5: 'p50',
  0.75: 'p75',
  0.9: 'p90',
  0.95: 'p95',
  0.99: 'p99',
  0.999: 'p999',
  1: 'max',
};

/** The run and its teams with the limits that each is held against. `place` names the report. */
export function narrowed(
  run: Facts,
  limits: Held['limits'],
  {teams, functionsWithin}: Narrowed,
  place: string,
): Held[] {
  const facts = functionsWithin === undefined ? run : withinFunctions(run, functionsWithin);
  if (teams === undefined) return [{facts, limits}];
  const known = run.teams ?? [];
  const names = teams === 'all' ? known.map(({team}) => team) : teams;
  if (names.length === 0) throw usageError(`${place} tells of no team`, 'make it with: coldfront replay ... --json');
  const ofCalls = only(limits, (flag) => OF_CALLS.includes(flag));
  const rest = only(limits, (flag) => !OF_CALLS.includes(flag));
  const ofTeams = names.map((name): Held => {
    const team = known.find((one) => one.team === name);
    if (team === undefined) {
      const some = known.slice(0, 5).map((one) => `'${one.team}'`);
      throw usageError(
        `${place} tells of no team '${name}'${some.length > 0 ? `, but of ${some.join(', ')}` : ''}`,
        'replay --teams N has more of them in the report',
      );
    }
    const nothing = {
      p999StartMs: Number.NaN,
      p99ColdMs: Number.NaN,
      usdPerDay: Number.NaN,
      slots: Number.NaN,
      gap: Number.NaN,
    };
    return {facts: {...nothing, ...team, label: `${run.label}, team ${name}`}, limits: ofCalls};
  });
  return [{facts, limits: rest}, ...ofTeams].filter((held) => Object.keys(held.limits).length > 0);
}

/** The run with the start delay that the share of its functions keeps. */
function withinFunctions(run: Facts, share: number): Facts {
  const name = told[Number(share.toPrecision(9))];
  if (name === undefined) {
    const shares = Object.keys(told)
      .sort((a, b) => Number(a) - Number(b))
      .map((one) => `${100 * Number(one)} %`);
    throw usageError(
      `--functions-within is ${100 * share} %, of which reports do not tell`,
      `they tell of ${shares.join(', ')}`,
    );
  }
  const label = `${run.label}, ${100 * share} % of functions`;
  return {...run, label, p99StartMs: run.functionP99Ms?.[name] ?? Number.NaN};
}

function only(limits: Held['limits'], keep: (flag: string) => boolean): Held['limits'] {
  return Object.fromEntries(Object.entries(limits).filter(([flag]) => keep(flag)));
}
