import * as v from 'valibot';
import {inputError, usageError} from '../../base/errors.ts';
import type {NotedPrices} from '../../cost/sheets.ts';

/** What a report or a plan says that objectives are held against. NaN where it does not say. */
export interface Facts {
  /** `fixed:ttl=10m`, or `plan` for what a plan expects of itself. */
  readonly label: string;
  readonly p99StartMs: number;
  readonly p999StartMs: number;
  readonly p99ColdMs: number;
  readonly usdPerDay: number;
  readonly coldShare: number;
  readonly lostShare: number;
  readonly slots: number;
  /** Relative gap of a plan. */
  readonly gap: number;
  /** What the 99th percentile of start delay of a share of the functions does not exceed, by that share. */
  readonly functionP99Ms?: Readonly<Record<string, number | null>> | undefined;
  /** What is told of single teams. */
  readonly teams?: readonly TeamFacts[];
  /** Where the prices come from that its dollars go by; undefined: it does not say. */
  readonly prices?: NotedPrices | undefined;
}

/** What a report says of a team. */
export interface TeamFacts extends Pick<Facts, 'p99StartMs' | 'coldShare' | 'lostShare'> {
  readonly team: string;
}

const number = v.nullable(v.number());
/** Calls, and those of them that are lost; older reports do not tell of all kinds. */
const calls = {
  invocations: v.number(),
  dropped: v.optional(v.number(), 0),
  throttled: v.optional(v.number(), 0),
  abandoned: v.optional(v.number(), 0),
  expired: v.optional(v.number(), 0),
  shed: v.optional(v.number(), 0),
};
/** Older reports do not tell. */
const prices = v.optional(
  v.object({
    sheet: v.string(),
    source: v.nullable(v.string()),
    asOf: v.nullable(v.string()),
    recalled: v.array(v.string()),
    given: v.array(v.string()),
  }),
);
const replaySchema = v.object({
  schema: v.literal('coldfront.replay/1'),
  prices,
  runs: v.array(
    v.object({
      policy: v.string(),
      ...calls,
      coldShare: number,
      startDelayMs: v.object({p99: number, p999: v.optional(number, null)}),
      functionP99StartMs: v.optional(v.record(v.string(), number)),
      teams: v.optional(
        v.array(
          v.object({
            team: v.string(),
            ...calls,
            cold: v.number(),
            startDelayMs: v.object({p99: number}),
          }),
        ),
        [],
      ),
      coldTimeMs: v.object({p99: number}),
      peakSlots: v.optional(number, null),
      usdPerDay: number,
    }),
  ),
});
const planSchema = v.object({
  schema: v.literal('coldfront.plan/1'),
  prices,
  slots: v.number(),
  usdPerDay: v.number(),
  gap: v.object({relative: v.number()}),
  expected: v.object({
    coldShare: number,
    startDelayP99Ms: v.number(),
    coldTimeP99Ms: v.number(),
    costUsdPerDay: v.optional(v.object({execution: v.optional(v.number())})),
  }),
});

/**
 * The facts of a `replay --json` report, one a run, or of a `plan --json` report. `place` names the file; anything
 * else is bad input.
 */
export function factsOf(report: unknown, place: string): Facts[] {
  const kind = (report as {schema?: unknown} | null)?.schema;
  if (kind === 'coldfront.plan/1') return [planFacts(parsed(planSchema, report, place))];
  if (kind === 'coldfront.replay/1') return replayFacts(parsed(replaySchema, report, place));
  throw inputError(
    place,
    `schema is '${String(kind)}', must be coldfront.replay/1 or coldfront.plan/1`,
    'make one with: coldfront replay ... --json, or coldfront plan ... --json',
  );
}

/** The run of that policy, or all of them when no policy is named. */
export function chooseRuns(facts: readonly Facts[], policy: string | undefined, place: string): readonly Facts[] {
  if (facts.length === 0) throw inputError(place, 'has no runs');
  if (policy === undefined) return facts;
  const fitting = facts.filter(({label}) => label === policy);
  if (fitting.length > 0) return fitting;
  throw usageError(`${place} has no run of '${policy}'`, `its runs: ${facts.map(({label}) => label).join(', ')}`);
}

function replayFacts({runs, prices}: v.InferOutput<typeof replaySchema>): Facts[] {
  return runs.map((run) => ({
    label: run.policy,
    p99StartMs: run.startDelayMs.p99 ?? Number.NaN,
    p999StartMs: run.startDelayMs.p999 ?? Number.NaN,
    // Without cold starts none is slow.
    p99ColdMs: run.coldTimeMs.p99 ?? (run.coldShare === 0 ? 0 : Number.NaN),
    usdPerDay: run.usdPerDay ?? Number.NaN,
    coldShare: run.coldShare ?? Number.NaN,
    lostShare: lostShareOf(run),
    slots: run.peakSlots ?? Number.NaN,
    gap: Number.NaN,
    functionP99Ms: run.functionP99StartMs,
    prices,
    teams: run.teams.map((one) => ({
      team: one.team,
      p99StartMs: one.startDelayMs.p99 ?? Number.NaN,
      coldShare: one.cold / one.invocations,
      lostShare: lostShareOf(one),
    })),
  }));
}

/** NaN without calls. */
function lostShareOf(of: Readonly<Record<keyof typeof calls, number>>): number {
  const {invocations, dropped, throttled, abandoned, expired, shed} = of;
  return invocations > 0 ? (dropped + throttled + abandoned + expired + shed) / invocations : Number.NaN;
}

function planFacts({slots, usdPerDay, gap, expected, prices}: v.InferOutput<typeof planSchema>): Facts {
  // Plans of version 0.1.0 left execution and requests out: no bill that another could be held against.
  const {costUsdPerDay: cost} = expected;
  const isWhole = cost === undefined || cost.execution !== undefined;
  return {
    label: 'plan',
    p99StartMs: expected.startDelayP99Ms,
    p999StartMs: Number.NaN,
    p99ColdMs: expected.coldTimeP99Ms,
    usdPerDay: isWhole ? usdPerDay : Number.NaN,
    coldShare: expected.coldShare ?? Number.NaN,
    lostShare: Number.NaN,
    slots,
    gap: gap.relative,
    prices,
  };
}

function parsed<S extends v.GenericSchema>(schema: S, report: unknown, place: string): v.InferOutput<S> {
  const result = v.safeParse(schema, report);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const field = issue.path?.map((item: {key: unknown}) => String(item.key)).join('.') ?? 'the report';
  const {input, expected} = issue;
  if (input === undefined) throw inputError(place, `has no ${field}`);
  throw inputError(place, `${field} is ${JSON.stringify(input).slice(0, 60)}, must be ${expected}`);
}
