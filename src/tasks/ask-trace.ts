import {fewest} from '../base/erlang.ts';
import {formatCount, formatTimeUs, US_PER_MINUTE} from '../base/units.ts';
import {historyUntil} from '../demand/calls/history-until.ts';
import type {Ledger} from '../replay/ledger.ts';
import {givenSlots} from '../replay/policies/plan/given-slots.ts';
import {policies} from '../replay/policies/registry.ts';
import {replay} from '../replay/run/replay.ts';
import type {Threads} from '../replay/threads.ts';
import {unlimited} from '../replay/unlimited.ts';
import {type AskOptions, answerTopic, valuesOf} from '../tradeoff/answer-topic.ts';
import type {Inputs, Values} from '../tradeoff/input.ts';
import {beyondReplay, type Topic, type TradeoffReport, type WorkloadPart} from '../tradeoff/topic.ts';
import type {Decision, Findings, Found, Trial} from '../tradeoff/trial.ts';
import {invocationsTotal, type Workload} from '../workload/workload.ts';
import type {Listener} from './listener.ts';
import {type DemandRequest, readDemand} from './scaling/read-demand.ts';

/** Calls that are tried at most, the first: a minute of a processor, and a quarter of a gigabyte for who knows all gaps. */
const MOST_CALLS = 2 ** 24;

/** How decisions are tried; what is found depends on the seed alone. */
export interface TrialOptions {
  readonly seed: number;
  readonly threads: Threads;
}

/** Puts a trade-off's question to the workload in a file: reads it, tries what the topic wants tried, and answers. */
export async function askTrace<I extends Inputs>(
  topic: Topic<I>,
  texts: Readonly<Record<string, string | undefined>>,
  request: Omit<AskOptions<I>, 'trace'> & TrialOptions & DemandRequest,
  listener: Listener,
): Promise<TradeoffReport> {
  // What is impossible is refused before the file is read.
  const values = valuesOf(topic, texts, request.given);
  const workload = await readDemand(request, listener);
  const part = await partOf(topic, workload, values, request, listener);
  return answerTopic(topic, texts, {...request, trace: part && {path: request.path, part}});
}

/** What a topic says of a trace, after its trial; undefined if it is not about traces. */
export async function partOf<I extends Inputs>(
  topic: Topic<I>,
  workload: Workload,
  values: Values<I>,
  options: TrialOptions,
  listener: Listener = {},
): Promise<WorkloadPart | undefined> {
  const tried = topic.tries ? beginningOf(workload) : workload;
  if (tried === undefined) return beyondReplay;
  const part = await topic.workload?.(tried, values);
  if (part === undefined || !('decisions' in part)) return part;
  const answered = part.answer(await tryDecisions(tried, part, options, listener));
  return tried === workload ? answered : ofBeginning(answered, tried, workload);
}

/** The trace up to the last whole minute with calls few enough to be replayed; undefined: its first has too many. */
function beginningOf(workload: Workload): Workload | undefined {
  if (invocationsTotal(workload) <= MOST_CALLS) return workload;
  const until = (minutes: number): Workload => historyUntil(workload, minutes * US_PER_MINUTE);
  const minutes = fewest(1, (n) => invocationsTotal(until(n)) > MOST_CALLS) - 1;
  return minutes === 0 ? undefined : until(minutes);
}

/** The same answer, which says what it is of. */
function ofBeginning({verdict, ...part}: WorkloadPart, tried: Workload, whole: Workload): WorkloadPart {
  const [calls, all] = [tried, whole].map(invocationsTotal).map(formatCount);
  const length = formatTimeUs(tried.meta.spanUs);
  const text = `Of the first ${length}, with ${calls} of ${all} calls: ${verdict.text}`;
  return {...part, verdict: {...verdict, text}};
}

/** Replays the workload under every decision of a trial. */
async function tryDecisions(
  workload: Workload,
  {coldUs, prices, decisions}: Trial<unknown>,
  {seed, threads}: TrialOptions,
  listener: Listener,
): Promise<Findings> {
  const {functions, meta} = workload;
  const bar = await listener.progress?.(
    'replaying',
    invocationsTotal(workload) * Object.keys(decisions).length,
    'invocations',
  );
  const found: Record<string, Found> = {};
  try {
    for (const fromUs of new Set(Object.values(decisions).map(startOf))) {
      const group = Object.entries(decisions).filter(([, decision]) => startOf(decision) === fromUs);
      const choices = group.map(([name, decision]) =>
        'policy' in decision
          ? policies.parse(decision.policy)
          : givenSlots(name, functions, (f) => decision.slotsOf(f)),
      );
      const options = {...unlimited(meta.spanUs, coldUs, prices, seed), fromUs};
      const ledgers = await replay(workload, choices, options, threads, bar?.advance);
      for (const [k, [name]] of group.entries()) found[name] = foundOf(ledgers[k]!, meta.spanUs - fromUs, coldUs);
    }
    return found;
  } finally {
    await bar?.stop();
  }
}

const startOf = ({fromUs = 0}: Decision): number => fromUs;

function foundOf({functions, startDelay}: Ledger, spanUs: number, coldUs: number): Found {
  const {cold, idleUs, startingUs} = functions;
  return {spanUs, coldUs, cold, idleUs, startingUs, delayUs: startDelay.sum};
}
