import {usageError} from '../base/errors.ts';
import type {Workload} from '../workload/workload.ts';
import {type Inputs, inputsJson, parseInputs, type Values} from './input.ts';
import {flips} from './sensitivity.ts';
import type {Topic, TradeoffReport} from './topic.ts';

/**
 * Answers a topic for the flags' texts (a missing one takes its default), for values that are read already and, where
 * there is one, for a workload.
 * Refuses impossible inputs with a usage error.
 */
export function answerTopic<I extends Inputs>(
  topic: Topic<I>,
  texts: Readonly<Record<string, string | undefined>>,
  trace?: {readonly path: string; readonly workload: Workload},
  given: Partial<Values<I>> = {},
): TradeoffReport {
  const values = parseInputs(topic.inputs, texts, given);
  const complaint = topic.complaint?.(values);
  if (complaint !== undefined) throw usageError(complaint);
  const verdict = topic.verdict(values);
  const part = trace && topic.workload?.(trace.workload, values);
  return {
    schema: 'coldfront.tradeoff/1',
    topic: topic.name,
    inputs: {...inputsJson(topic.inputs, texts), ...(topic.workload ? {workload: trace?.path ?? null} : {})},
    verdict: {code: verdict.code, text: part ? `${verdict.text()} ${part.verdict}` : verdict.text()},
    answers: [...topic.answers(values), ...(part?.answers ?? [])],
    sensitivity: [...(topic.moreFlips?.(values) ?? []), ...flips(topic, values)],
    tables: [...(topic.tables?.(values) ?? []), ...(part?.tables ?? [])],
  };
}
