import type {Choice} from '../base/part.ts';
import {US_PER_DAY, US_PER_MINUTE, US_PER_MS} from '../base/units.ts';
import {historyUntil} from '../demand/calls/history-until.ts';
import type {SlotBounds} from '../plan/curves/valuation.ts';
import type {Outlook} from '../plan/outcome/outlook.ts';
import type {PlanReport} from '../plan/outcome/plan-report.ts';
import {rests} from '../plan/plan-rest.ts';
import {type PlanInputs, type PlanSettings, planWorkload, type WorkloadPlan} from '../plan/plan-workload.ts';
import {invocationsTotal, type Workload} from '../workload/workload.ts';
import {type Expectation, expectationOf} from './plan-expectation.ts';
import {recordedOf, savingsInTrials} from './plan-savings.ts';
import {usdPerDay} from './plan-stages.ts';
import {cheapestRest, isFollowed, type RestTrial, Trials, tryRests} from './plan-trials.ts';

/** A plan, and what was tried inside the history for it. */
export interface Planned {
  readonly made: WorkloadPlan;
  /** What runs beyond its slots, as one writes it. */
  readonly rest: string;
  readonly trials: Trials;
  /** What each rest cost, where one was to be chosen and there was history enough. */
  readonly restTrial: RestTrial | undefined;
  /** Functions for which slots were worth it over the policy that was chosen; undefined: it was no question. */
  readonly paying: Uint8Array | undefined;
  /** What days to come should bring; undefined: the history is too short to tell. */
  readonly expectation: Expectation | undefined;
}

/**
 * Plans over the rest that is asked for, `auto` tried out inside what the plan may know, and expects what is to come.
 * `onWork` is told first how many calls of the history are measured, and how many of them are replayed to try things.
 */
export async function planWithOutlook(
  workload: Workload,
  settings: PlanSettings,
  inputs: PlanInputs,
  onWork?: (measured: number, tried: number) => void,
): Promise<Planned> {
  const untilUs = inputs.forecast ? inputs.forecast.forecast.minute * US_PER_MINUTE : settings.trainUntilUs;
  const history = historyUntil(workload, untilUs);
  const trials = new Trials(history, settings, inputs);
  onWork?.(invocationsTotal(history), trials.origins ? trials.sample.calls : 0);
  const chooses = settings.rest.name === 'auto';
  const restTrial = chooses && trials.origins ? await tryRests(trials, settings.budgets) : undefined;
  const rest: Choice = chooses ? rests.parse(cheapestRest(restTrial)) : settings.rest;
  const followed = isFollowed(rest.name) ? await trials.followed(rest.name) : undefined;
  // Functions that a policy has served more cheaply alone get no slots but those that must be.
  const asks = trials.origins !== undefined && isFree(settings);
  const paying = asks && isFollowed(rest.name) ? await trials.paying(rest.name) : undefined;
  const bounds = paying ? onlyFor(paying, inputs.bounds) : inputs.bounds;
  const made = await planWorkload(workload, {...settings, rest}, {...inputs, bounds, followed});
  // As long as what is left of the trace, or, in hindsight, as long as it was.
  const horizonUs = history.meta.spanUs < workload.meta.spanUs ? workload.meta.spanUs - untilUs : history.meta.spanUs;
  const expectation = trials.origins
    ? expectationOf(
        await trials.rolling(rest.text, paying !== undefined),
        await trials.facts(rest.text),
        horizonUs / US_PER_DAY,
      )
    : undefined;
  return {made, rest: rest.text, trials, restTrial, paying, expectation};
}

/** The bounds where no other function gets a slot that it need not have. */
function onlyFor(paying: Uint8Array, {atLeast, atMost}: SlotBounds): SlotBounds {
  return {
    atLeast,
    atMost: atMost.map((most, f) => (paying[f] === 1 ? most : atLeast[f]!)),
    restIsCheaper: paying.map((pays) => 1 - pays),
  };
}

/** Dollars are all that counts: nobody asks for slots for their own sake. */
function isFree({objective, p99StartUs}: PlanSettings): boolean {
  return objective === 'dollars' && Number.isNaN(p99StartUs);
}

/** The report with what replays inside the history let expect in place of what follows from the demand alone. */
export function expecting(report: PlanReport, expectation: Expectation | undefined): PlanReport {
  if (!expectation) return report;
  const {usdPerDay, bill, coldShare, coldPerDay} = expectation;
  return {
    ...report,
    usdPerDay: usdPerDay.value,
    expected: {
      ...report.expected,
      coldShare: report.expected.coldShare === null ? null : coldShare.value,
      warmShare: report.expected.warmShare === null ? null : 1 - coldShare.value,
      coldStartsPerDay: coldPerDay,
      costUsdPerDay: bill,
      interval80: {coldShare: coldShare.interval80, usdPerDay: usdPerDay.interval80},
    },
  };
}

/** What was tried, what runs without a plan, and, in hindsight, what a replay of the plan on its own trace finds. */
export async function outlookOf(
  workload: Workload,
  settings: PlanSettings,
  {made, rest, trials, restTrial, paying}: Planned,
  baseline: string,
): Promise<Outlook> {
  const {origins, sample} = trials;
  if (!origins) return {};
  const today = usdPerDay(await trials.sinceFirst(baseline));
  const rolled = usdPerDay(await trials.rollingSinceFirst(rest, paying !== undefined));
  return {
    savings: savingsInTrials(baseline, today, rolled),
    trials: {
      originsMs: origins.atUs.map((us) => us / US_PER_MS),
      ...(restTrial ? {restUsdPerDay: restTrial} : {}),
      ...(paying ? {slotsPayFor: paying.reduce((sum, one) => sum + one, 0)} : {}),
      functions: sample.functions,
      of: sample.of,
    },
    baseline: {policy: baseline, usdPerDay: today},
    ...(await recordedOf(workload, trials, settings, made, baseline)),
  };
}
