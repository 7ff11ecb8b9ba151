import {usageError} from '../base/errors.ts';
import {QuantileSketch} from '../base/sketch.ts';
import {formatTimeUs, US_PER_MINUTE, US_PER_MS} from '../base/units.ts';
import {planRows} from '../plan/file/plan-rows.ts';
import type {Validation} from '../plan/outcome/outlook.ts';
import {planReport} from '../plan/outcome/plan-report.ts';
import type {PlanInputs, PlanSettings} from '../plan/plan-workload.ts';
import type {Ledger} from '../replay/ledger.ts';
import {preparedAlone, prepareRest} from '../replay/policies/plan/rest-policies.ts';
import type {PolicyChoice} from '../replay/policies/policy.ts';
import {policies, preparePolicies} from '../replay/policies/registry.ts';
import {delayMs} from '../replay/report/delays.ts';
import {replay, replayStages} from '../replay/run/replay.ts';
import type {Workload} from '../workload/workload.ts';
import {expecting, type Planned, planWithOutlook} from './plan-outlook.ts';
import {planPolicy, replayOptionsOf} from './plan-policy.ts';
import {sampleOf, trialLimits} from './plan-sample.ts';
import {type Stage, StageReader, usdPerDay} from './plan-stages.ts';
import {isFollowed} from './plan-trials.ts';
import {eachPiece, type Pieces, type PieceWork} from './shard/pieces.ts';

export interface ValidationTerms {
  /** Policy that runs without a plan. */
  readonly baseline: string;
  readonly origins: number;
  /** The plan as of `trainUntilUs` where that is made already; undefined: none is. */
  readonly made: Planned | undefined;
}

/** Shares of the trace that the first and the last origin have behind them. */
const FIRST = 0.4;
const LAST = 0.8;

/** What one origin finds: the plan that is made there, and what it does afterwards. */
type AtOrigin = Omit<Validation, keyof ReturnType<typeof besideIt>>;

/** What a policy did from origin to origin, and how long calls waited from each on. */
interface RivalStages {
  readonly stages: readonly Stage[];
  readonly p99StartMs: readonly (number | null)[]; // [origin]
}

/**
 * Plans inside a trace: at each origin from what came before, by the same settings, held against replays of all that
 * comes after, beside policies on the same hours. With `trainUntilUs` that is the only origin. A large trace is sampled.
 * `atHand`: what other machines have found.
 */
export async function validatePlans(
  whole: Workload,
  settings: PlanSettings,
  inputs: PlanInputs,
  terms: ValidationTerms,
  atHand?: Pieces,
): Promise<Validation[]> {
  const work = await validationWork(whole, settings, inputs, terms, atHand !== undefined);
  const found: unknown[] = [];
  for await (const piece of eachPiece(work, atHand)) found.push(piece);
  const rivals = found.slice(0, RIVALS) as RivalStages[];
  return (found.slice(RIVALS) as AtOrigin[]).map((origin, k) => ({...origin, ...besideIt(rivals, k)}));
}

/** What the policies did from origin `k` on. */
function besideIt(rivals: readonly RivalStages[], k: number) {
  const [base, adaptive, predictive] = rivals.map(({stages}) => usdPerDay(stages.slice(k + 1)));
  return {
    baselineP99StartMs: rivals[0]!.p99StartMs[k]!,
    ...{baselineUsdPerDay: base!, adaptiveUsdPerDay: adaptive!, predictiveUsdPerDay: predictive!},
  };
}

/** Policies beside the plans: the baseline, adaptive and predictive. */
const RIVALS = 3;

/**
 * The same in pieces: each of the policies on all of the hours, then each origin. What `isMerged` wants of it is how many there
 * are and of what.
 */
export async function validationWork(
  whole: Workload,
  settings: PlanSettings,
  inputs: PlanInputs,
  {baseline, origins, made: known}: ValidationTerms,
  isMerged = false,
): Promise<PieceWork> {
  const sample = sampleOf(whole, trialLimits, settings.seed);
  const {workload} = sample;
  const atUs = originsIn(workload.meta.spanUs, settings.trainUntilUs, origins);
  const options = replayOptionsOf(settings, workload);
  const {untilUs} = options;
  const about = {
    ...{settings, atUs, untilUs, baseline, arrivals: workload.arrivals, memoryMib: workload.memoryMib},
    ...{duration: workload.duration, plan: inputs},
  };
  const pieces = RIVALS + atUs.length;
  if (isMerged) return {pieces, about, run: () => Promise.reject(new Error('all pieces are at hand'))};
  const reader = new StageReader(sample, options);
  const input = {workload, options, note: () => {}, timing: undefined};
  const ready = {adaptive: await prepareRest('adaptive', input), predictive: await prepareRest('predictive', input)};
  const rivals: PolicyChoice[] = [
    ...(await preparePolicies([policies.parse(baseline, '--baseline')], input)),
    policies.parse('adaptive'),
    {...policies.parse('predictive'), prepared: preparedAlone(ready.predictive)},
  ];
  const times = [0, ...atUs, untilUs];
  const stagesOf = async (rival: PolicyChoice): Promise<RivalStages> => {
    const [told] = await replayStages(workload, [rival], options, atUs);
    return {
      stages: told!.map((ledger, k) => reader.read(ledger, times[k]!, times[k + 1]!)),
      p99StartMs: atUs.map((_, k) => delayMs(delaysOf(told!.slice(k + 1))).p99),
    };
  };
  const foundFrom = async (fromUs: number): Promise<AtOrigin> => {
    // Bursts and forecasts are known as of one time; inside the trace plans go by what came before.
    const own = {...inputs, events: [], forecast: undefined};
    const isKnown = known && workload === whole && fromUs === settings.trainUntilUs && inputs.events.length === 0;
    const {made, expectation} = isKnown
      ? known
      : await planWithOutlook(workload, {...settings, trainUntilUs: fromUs}, own);
    const rest = made.plan.terms.rest.name;
    const policy = planPolicy(workload, made, options, isFollowed(rest) ? ready[rest] : undefined);
    const [ledger] = await replay(workload, [policy], {...options, fromUs});
    const found = reader.read(ledger!, fromUs, untilUs);
    const rows = planRows(made.plan, made.schedule, 0);
    const report = expecting(planReport({workload, ...made, rows, explained: []}), expectation);
    return {
      fromMs: fromUs / US_PER_MS,
      untilMs: untilUs / US_PER_MS,
      rest,
      expectedUsdPerDay: report.usdPerDay,
      ...(report.expected.interval80 ? {interval80: report.expected.interval80} : {}),
      foundUsdPerDay: usdPerDay([found]),
      expectedColdShare: report.expected.coldShare,
      foundColdShare: found.calls > 0 ? found.cold / found.calls : null,
      foundP99StartMs: delayMs(ledger!.startDelay).p99,
    };
  };
  return {
    ...{pieces, about},
    run: (piece) => (piece < RIVALS ? stagesOf(rivals[piece]!) : foundFrom(atUs[piece - RIVALS]!)),
  };
}

/** Start delays of several parts of a replay together. */
function delaysOf(ledgers: readonly Ledger[]): QuantileSketch {
  const delays = new QuantileSketch();
  for (const {startDelay} of ledgers) delays.merge(startDelay);
  return delays;
}

/** Where plans are made inside a trace: whole minutes, ascending. More than it has room for are a usage error. */
export function originsIn(spanUs: number, trainUntilUs: number, count: number): number[] {
  if (trainUntilUs < spanUs) return [Math.floor(trainUntilUs / US_PER_MINUTE) * US_PER_MINUTE];
  const minutes = spanUs / US_PER_MINUTE;
  const at = (share: number): number => Math.round(minutes * share) * US_PER_MINUTE;
  const step = count > 1 ? (LAST - FIRST) / (count - 1) : 0;
  const all = Array.from({length: count}, (_, k) => at(count > 1 ? FIRST + k * step : (FIRST + LAST) / 2));
  const distinct = [...new Set(all)].filter((us) => us >= US_PER_MINUTE && us < spanUs);
  if (distinct.length < count) {
    throw usageError(
      `--origins is ${count}, but a trace of ${formatTimeUs(spanUs)} has room for ${distinct.length}`,
      'each origin is a whole minute between 0.4 and 0.8 of the trace',
    );
  }
  return distinct;
}
