import {inputError, usageError} from '../base/errors.ts';
import type {Choice} from '../base/part.ts';
import {formatTimeUs, US_PER_MINUTE, US_PER_SECOND, writtenTimeUs} from '../base/units.ts';
import type {PriceSheet} from '../cost/prices.ts';
import {historyUntil} from '../demand/calls/history-until.ts';
import {DurationLaws} from '../demand/durations/duration-law.ts';
import {timersOf} from '../demand/rhythm/timers.ts';
import {type ColdTimes, expectedColdTimes} from '../fleet/cold-time/expected-cold-times.ts';
import {checkColdTime} from '../fleet/cold-time/registry.ts';
import {functionKeys} from '../fleet/function-keys.ts';
import {memoryColumn} from '../fleet/memory.ts';
import type {FunctionSettings} from '../fleet/settings/columns.ts';
import {placesOf} from '../fleet/settings/places.ts';
import type {StartRate} from '../fleet/start-rate.ts';
import {resolutionUs, type Workload} from '../workload/workload.ts';
import type {Budgets} from './bounds/budgets.ts';
import {cellRoom, checkCells, type DealtFleet} from './bounds/cell-room.ts';
import {type ObjectiveName, slotPrices} from './bounds/objectives.ts';
import type {TeamMost} from './bounds/quota-constraint.ts';
import {withinHost} from './bounds/slot-limits.ts';
import type {Teams} from './bounds/team-shares.ts';
import {ownersAsTeams} from './bounds/team-table.ts';
import type {SlotBounds} from './curves/valuation.ts';
import type {BurstEvent} from './demand/burst-events.ts';
import type {CurveName} from './demand/demand.ts';
import type {JoinedForecast} from './demand/joined-forecast.ts';
import {checkConcurrency} from './demand/most-levels.ts';
import {
  checkWindows,
  forecastPlanned,
  type PlannedDemand,
  type ProfileName,
  plannedDemand,
} from './demand/planned-demand.ts';
import {type TimerSchedule, timerSchedule, withTimers} from './demand/timer-schedule.ts';
import {makePlan, type Plan} from './make-plan.ts';
import {coldTimeExceededBy} from './outcome/cold-mixture.ts';
import {keptRest} from './plan-rest.ts';
import {type FollowedRest, keptFor} from './rest/rest.ts';
import type {CallLaws} from './rest/rest-in-force.ts';
import {checkOneBudget} from './solve/worst-team.ts';

/** What is asked of a plan, besides tables and a forecast. */
export interface PlanSettings extends DealtFleet {
  readonly objective: ObjectiveName;
  /** 99 % of all calls are to start within this; NaN when nobody asks. */
  readonly p99StartUs: number;
  /** The plan is for what comes after it and sees what came before; Infinity: hindsight over the whole span. */
  readonly trainUntilUs: number;
  /** Infinity: one window for all. */
  readonly windowUs: number;
  readonly profile: ProfileName;
  readonly curve: CurveName | 'auto';
  /** Forecaster whose word as of `trainUntilUs` is planned for; undefined: none. */
  readonly model: string | undefined;
  readonly cold: Choice;
  /** Calls that an instance serves at once; Infinity: as many as come. */
  readonly concurrency: number;
  /** What is said of single functions, by row of the workload; undefined: nothing. */
  readonly functions?: FunctionSettings | undefined;
  readonly defaultMemoryMib: number;
  readonly budgets: Budgets;
  /** Budgets are shared among owners, where no table says among whom. */
  readonly fair: boolean;
  /** What becomes of instances beyond the plan (see `rests`). */
  readonly rest: Choice;
  /** Plans and policies are tried inside the history. */
  readonly tries: boolean;
  /** Infinity: no limit. */
  readonly startsPerSecond: number;
  /** How often instances may start, as replays are to have it; undefined: `startsPerSecond` says all. */
  readonly startRate?: StartRate | undefined;
  /** How functions called by the clock are kept around their calls alone; undefined: they are not. */
  readonly timers: TimerSettings | undefined;
  readonly prices: PriceSheet;
  readonly seed: number;
}

export interface TimerSettings {
  /** How much earlier or later than seen a timer may strike. */
  readonly jitterUs: number;
  /** Time over which timers of the same second are spread; 0: not at all. */
  readonly smearUs: number;
  /** Owners whose timers may be delayed; `*`: all. */
  readonly smearOwners: readonly string[];
}

/** What tables and a forecast say of a workload. */
export interface PlanInputs {
  readonly bounds: SlotBounds;
  readonly events: readonly BurstEvent[];
  /** Undefined: as `fair` and the objective say. */
  readonly teams: Teams | undefined;
  /** What teams may keep at most; undefined: none has a limit. */
  readonly teamMost?: TeamMost | undefined;
  /** Undefined: the plan goes by `model`, or by the trace itself. */
  readonly forecast: JoinedForecast | undefined;
  /** What `settings.rest` does alone, where it is a policy; undefined: it is `keep`, `fixed` or `none`. */
  readonly followed?: FollowedRest | undefined;
  /** The plan is made to be tried: how good it is need not be proved. */
  readonly isTrial?: boolean;
}

/** A plan, and what it was made from. */
export interface WorkloadPlan {
  readonly plan: Plan;
  readonly note: PlannedDemand['note'];
  readonly schedule: TimerSchedule | undefined;
}

/** Ends with exit 3 or 2 where nothing can be planned for a workload, which `place` names, or not so. */
export function checkPlannable(workload: Workload, place: string, settings: PlanSettings): void {
  const {trainUntilUs, cold, fleet, cells} = settings;
  if (workload.functions === 0 || workload.meta.spanUs === 0) {
    throw inputError(place, 'the workload is empty: there is nothing to plan for');
  }
  if (trainUntilUs < US_PER_MINUTE && resolutionUs(workload.arrivals) === US_PER_MINUTE) {
    throw usageError(
      `--train-until is '${writtenTimeUs(trainUntilUs)}', must be 1m at least: calls are counted by the minute`,
    );
  }
  if (trainUntilUs >= workload.meta.spanUs && trainUntilUs !== Number.POSITIVE_INFINITY) {
    throw usageError(
      `--train-until is '${writtenTimeUs(trainUntilUs)}', must be before the end of the span, ${formatTimeUs(workload.meta.spanUs)}`,
      'without it the plan is made in hindsight over the whole span',
    );
  }
  checkColdTime(cold, workload, place);
  if (settings.model === undefined) checkWindows(settings, workload.meta.spanUs);
  else checkForecastTime(settings.model, trainUntilUs);
  checkCells(fleet, cells);
  if (settings.objective === 'worst-team') checkOneBudget(settings.budgets, settings);
  checkConcurrency(workload, place, settings.defaultDurationUs);
}

/** Forecasts are made as of a minute. */
function checkForecastTime(model: string, untilUs: number): void {
  const minute = untilUs / US_PER_MINUTE;
  if (untilUs === Number.POSITIVE_INFINITY || (minute >= 1 && Number.isInteger(minute))) return;
  throw usageError(`--train-until must be whole minutes and at least one, to forecast with --model ${model}`);
}

/** Plans for a workload that `checkPlannable` let pass. Writes nothing, and reads nothing but the model that is named. */
export async function planWorkload(
  workload: Workload,
  settings: PlanSettings,
  inputs: PlanInputs,
): Promise<WorkloadPlan> {
  const {prices, objective, fair} = settings;
  const {functions, concurrency} = settings;
  const cold = expectedColdTimes(settings.cold, workload, functions);
  const places = placesOf(
    concurrency,
    functions,
    Int32Array.from({length: workload.functions}, (_, f) => f),
  );
  const memoryMib = memoryColumn(workload, settings.defaultMemoryMib);
  const forecast = inputs.forecast ?? (await forecastBy(settings, workload));
  const knownUntilUs = forecast ? forecast.forecast.minute * US_PER_MINUTE : settings.trainUntilUs;
  const ahead = knownUntilUs < workload.meta.spanUs || forecast !== undefined;
  const terms = {...settings, memoryMib, cold, places, ahead};
  const kept = keptRest(settings.rest, historyUntil(workload, knownUntilUs), terms);
  const planned = forecast
    ? forecastPlanned(workload, forecast, settings.defaultDurationUs, {places, timeoutUs: functions?.numbers.timeout})
    : plannedDemand(workload, {
        ...settings,
        spillUs: kept.keepAliveUs,
        otherSpillUs: kept.otherKeepAliveUs,
        memoryMib,
        places,
        coldUs: cold.meanUs,
        timeoutUs: functions?.numbers.timeout,
        events: inputs.events,
      });
  // What a forecast expects of a timer is in its windows already.
  const schedule = forecast ? undefined : scheduleOf(planned.history, settings, cold);
  const demand = schedule
    ? withTimers(planned.demand, schedule, slotPrices(memoryMib, cold, prices, planned.demand.waitsPerCold))
    : planned.demand;
  const byOwner = fair || objective === 'worst-team';
  const plan = makePlan(demand, {
    ...settings,
    rest: inputs.followed ?? kept,
    closesGap: inputs.isTrial !== true,
    calls: inputs.followed || kept.chosen || settings.curve !== 'auto' ? undefined : callLaws(planned.history, cold),
    baseline: keptFor(10 * US_PER_MINUTE, workload.functions),
    cold,
    memoryMib,
    ownSeconds: functions?.numbers.ttl?.map((us) => us / 1e6),
    cells: cellRoom(workload, settings),
    bounds: withinHost(inputs.bounds, memoryMib, settings.fleet.memoryMib, (f) => workload.name.at(f)),
    teams: inputs.teams ?? (byOwner ? ownersAsTeams(workload) : undefined),
    teamMost: inputs.teamMost,
  });
  return {plan, note: planned.note, schedule};
}

/** Calls of which the trace tells nothing all last the default. */
function callLaws(history: Workload, {meanUs}: ColdTimes): CallLaws {
  const laws = new DurationLaws(history);
  return {
    startSeconds: meanUs.map((us) => us / US_PER_SECOND),
    holdVariation: Float64Array.from({length: history.functions}, (_, f) => {
      const cv = laws.of(f)?.cv ?? 0;
      return Number.isNaN(cv) ? 1 : Math.min(1, cv * cv);
    }),
  };
}

async function forecastBy(
  {model, trainUntilUs}: PlanSettings,
  workload: Workload,
): Promise<JoinedForecast | undefined> {
  if (model === undefined) return undefined;
  const {forecastWith} = await import('./demand/joined-forecast.ts');
  return forecastWith(model, workload, trainUntilUs);
}

/** Schedules of the functions that the clock calls, if there are any. */
function scheduleOf(
  history: Workload,
  {timers: settings, startsPerSecond}: PlanSettings,
  cold: ColdTimes,
): TimerSchedule | undefined {
  if (!settings) return undefined;
  const timers = timersOf(history);
  if (timers.function.length === 0) return undefined;
  const {functions, owner} = history;
  const {smearUs} = settings;
  const owners = new Set(settings.smearOwners);
  const keys = smearUs > 0 ? functionKeys(history) : new Int32Array(functions);
  return timerSchedule(timers, {
    p99ColdUs: coldTimeExceededBy(0.01 * functions, new Float64Array(functions).fill(1), cold),
    startsPerSecond,
    jitterUs: settings.jitterUs,
    smearUs,
    maySmear: (f) => owners.has('*') || owners.has(owner.values[owner.id[f]!]!),
    keyOf: (f) => keys[f]!,
  });
}
