import * as v from 'valibot';
import {inputError} from '../../base/errors.ts';
import {factsOf} from '../../plan/gate/facts.ts';
import type {PlanReport} from '../../plan/outcome/plan-report.ts';
import type {FrontierReport} from '../../replay/frontier/frontier-report.ts';
import type {ReplayReport} from '../../replay/report/replay-report.ts';
import type {HistoryReport} from '../history/history-report.ts';
import {addChargeback} from './chargeback.ts';
import type {Sources} from './sources.ts';

const text = v.string();
const number = v.number();
const perhaps = v.nullable(number);
const bill = v.objectWithRest({total: number}, number);
const origin = v.optional(
  v.looseObject({
    sheet: text,
    source: v.nullable(text),
    asOf: v.nullable(text),
    recalled: v.array(text),
    given: v.array(text),
  }),
);
const platform = v.optional(v.looseObject({platform: text, assumed: v.array(text), notes: v.array(text)}));
const workload = v.looseObject({
  functions: number,
  invocations: number,
  spanMs: number,
  source: text,
  withoutDuration: number,
  withoutMemory: number,
});
const fleet = v.looseObject({hosts: perhaps, slotsPerHost: perhaps, memoryMibPerHost: perhaps, cells: number});
const charge = v.looseObject({
  payer: text,
  app: text,
  owner: text,
  invocations: number,
  cold: number,
  p99DelayMs: perhaps,
  busyGbSeconds: number,
  idleGbSeconds: number,
  usd: number,
});

/** What the page reads of each report; a report may say more. */
const schemas = {
  'coldfront.replay/1': v.looseObject({
    workload,
    fleet,
    fromMs: number,
    untilMs: number,
    seed: number,
    quantiles: text,
    prices: origin,
    platform,
    chargedBy: v.optional(text),
    runs: v.array(
      v.looseObject({
        policy: text,
        relaxed: v.boolean(),
        invocations: number,
        cold: number,
        firstStarts: number,
        coldShare: perhaps,
        startDelayMs: v.looseObject({p99: perhaps, p999: perhaps}),
        coldTimeMs: v.looseObject({p99: perhaps}),
        peakSlots: number,
        utilisation: perhaps,
        costUsd: bill,
        usdPerDay: number,
        chargeback: v.optional(v.array(charge)),
      }),
    ),
  }),
  'coldfront.frontier/1': v.looseObject({
    workload,
    fleet,
    fromMs: number,
    untilMs: number,
    seed: number,
    baseline: text,
    advice: v.nullable(text),
    bound: v.nullable(text),
    floorUsdPerDay: perhaps,
    prices: origin,
    platform,
    rows: v.array(
      v.looseObject({
        policy: text,
        kind: v.picklist(['published', 'ours', 'bound']),
        usdPerDay: number,
        savesUsdPerDay: perhaps,
        coldShare: perhaps,
        p99StartDelayMs: perhaps,
        p999StartDelayMs: perhaps,
        dominatedCostDelay: v.nullable(v.boolean()),
        dominatedCostCold: v.nullable(v.boolean()),
      }),
    ),
  }),
  'coldfront.plan/1': v.looseObject({
    slots: number,
    windows: number,
    functions: number,
    functionsWarm: number,
    usdPerDay: number,
    rest: text,
    prices: origin,
    demand: v.looseObject({source: text, historyMs: number, callsPerDay: number}),
    gap: v.looseObject({absolute: number, relative: number}),
    expected: v.looseObject({
      coldShare: perhaps,
      coldStartsPerDay: number,
      costUsdPerDay: bill,
      interval80: v.optional(v.looseObject({usdPerDay: v.array(number), coldShare: v.array(number)})),
    }),
    perWindow: v.array(
      v.looseObject({startMs: number, endMs: number, slots: number, functionsWarm: number, dualPrice: number}),
    ),
    baseline: v.optional(v.looseObject({policy: text, usdPerDay: number})),
    validation: v.optional(
      v.array(
        v.looseObject({
          fromMs: number,
          untilMs: number,
          expectedUsdPerDay: number,
          foundUsdPerDay: number,
          expectedColdShare: perhaps,
          foundColdShare: perhaps,
          baselineUsdPerDay: number,
          adaptiveUsdPerDay: number,
          predictiveUsdPerDay: number,
        }),
      ),
    ),
  }),
  'coldfront.history/1': v.looseObject({
    trends: v.array(
      v.looseObject({
        run: text,
        points: v.array(
          v.looseObject({
            report: text,
            usdPerDay: perhaps,
            p99StartMs: perhaps,
            p999StartMs: perhaps,
            coldShare: perhaps,
            lostShare: perhaps,
            slots: perhaps,
          }),
        ),
        change: v.looseObject({usdPerDay: perhaps, p99StartMs: perhaps, coldShare: perhaps}),
      }),
    ),
  }),
} as const;

/** Puts a report where the page looks for it, and returns its schema's name. `place` names the file. */
export function addReport(sources: Sources, value: unknown, place: string): string {
  const schema = (value as {schema?: unknown} | null)?.schema;
  if (typeof schema !== 'string') {
    throw inputError(
      place,
      "has no 'schema', so it is no report of coldfront",
      'make one with: coldfront replay w.arrow --json',
    );
  }
  const known = schemas[schema as keyof typeof schemas];
  if (known === undefined) {
    sources.others.push({path: place, schema, value: value as Record<string, unknown>});
    return schema;
  }
  const parsed = v.safeParse(known, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const path = v.getDotPath(issue) ?? 'it';
    throw inputError(
      place,
      `is a ${schema} in which ${path} is ${issue.received}, must be ${issue.expected ?? 'another value'}`,
    );
  }
  if (schema === 'coldfront.history/1') {
    sources.trends = (value as HistoryReport).trends;
    return schema;
  }
  if (schema !== 'coldfront.frontier/1') sources.nights.push({path: place, facts: factsOf(value, place)});
  if (schema === 'coldfront.replay/1') {
    const report = value as ReplayReport;
    sources.replays.push(report);
    addChargeback(sources, report);
  } else if (schema === 'coldfront.frontier/1') sources.frontier = value as FrontierReport;
  else sources.plan = value as PlanReport;
  return schema;
}
