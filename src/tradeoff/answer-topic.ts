import {usageError} from '../base/errors.ts';
import type {Workload} from '../workload/workload.ts';
import {type Inputs, inputsJson, parseInputs, type Values} from './input.ts';
import {flips} from './sensitivity.ts';
import type {TableSource, Topic, TradeoffReport, TradeoffTable} from './topic.ts';

/** What a topic is asked with, beside the flags' texts. */
export interface AskOptions<I extends Inputs> {
  /** The trace to put the question to, where the topic can be. */
  readonly trace?: {readonly path: string; readonly workload: Workload} | undefined;
  /** Values by key that are read already. */
  readonly given?: Partial<Values<I>>;
  /** Most rows of a table; all by default. */
  readonly top?: number;
}

/**
 * Answers a topic for the flags' texts; a missing one takes its default. Refuses impossible inputs with a usage error.
 */
export function answerTopic<I extends Inputs>(
  topic: Topic<I>,
  texts: Readonly<Record<string, string | undefined>>,
  {trace, given = {}, top = Number.POSITIVE_INFINITY}: AskOptions<I> = {},
): TradeoffReport {
  const values = parseInputs(topic.inputs, texts, given);
  const complaint = topic.complaint?.(values);
  if (complaint !== undefined) throw usageError(complaint);
  const {code, text} = topic.verdict(values);
  const textbook = {code, text: text()};
  const part = trace && topic.workload?.(trace.workload, values);
  return {
    schema: 'coldfront.tradeoff/1',
    topic: topic.name,
    inputs: {...inputsJson(topic.inputs, texts), ...(topic.workload ? {workload: trace?.path ?? null} : {})},
    ...(part ? {verdict: part.verdict, textbook} : {verdict: textbook}),
    answers: [...topic.answers(values), ...(part?.answers ?? [])],
    sensitivity: [...(topic.moreFlips?.(values) ?? []), ...flips(topic, values)],
    tables: [...(topic.tables?.(values) ?? []), ...(part?.tables ?? [])].map((table) => writtenOut(table, top)),
  };
}

function writtenOut({id, title, columns, total, rowAt}: TableSource, top: number): TradeoffTable {
  return {id, title, columns, total, rows: Array.from({length: Math.min(total, top)}, (_, k) => rowAt(k))};
}
