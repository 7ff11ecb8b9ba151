import {usageError} from '../base/errors.ts';
import type {PriceSheet} from '../cost/prices.ts';
import {type Inputs, inputsJson, parseInputs, type Values} from './input.ts';
import {flips} from './sensitivity.ts';
import type {TableSource, Topic, TradeoffReport, TradeoffTable, WorkloadPart} from './topic.ts';

/** The trace that a topic is put to, and what the topic says of it. */
export interface Trace {
  readonly path: string;
  readonly part: WorkloadPart;
}

/** What a topic is asked with, beside the flags' texts. */
export interface AskOptions<I extends Inputs> {
  /** The trace that the question is put to as well. */
  readonly trace?: Trace | undefined;
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
  const values = valuesOf(topic, texts, given);
  const {code, text} = topic.verdict(values);
  const textbook = {code, text: text()};
  const part = trace?.part;
  const {origin} = (values as {readonly prices?: PriceSheet}).prices ?? {};
  return {
    schema: 'coldfront.tradeoff/1',
    topic: topic.name,
    inputs: {...inputsJson(topic.inputs, texts), ...(topic.workload ? {workload: trace?.path ?? null} : {})},
    ...(part ? {verdict: part.verdict, textbook} : {verdict: textbook}),
    answers: [...topic.answers(values), ...(part?.answers ?? [])],
    sensitivity: [...(topic.moreFlips?.(values) ?? []), ...flips(topic, values)],
    tables: [...(topic.tables?.(values) ?? []), ...(part?.tables ?? [])].map((table) => writtenOut(table, top)),
    ...(origin && {prices: origin}),
  };
}

/** The topic's values for the flags' texts. Refuses impossible ones with a usage error. */
export function valuesOf<I extends Inputs>(
  topic: Topic<I>,
  texts: Readonly<Record<string, string | undefined>>,
  given: Partial<Values<I>> = {},
): Values<I> {
  const values = parseInputs(topic.inputs, texts, given);
  const complaint = topic.complaint?.(values);
  if (complaint !== undefined) throw usageError(complaint);
  return values;
}

function writtenOut({id, title, columns, total, rowAt}: TableSource, top: number): TradeoffTable {
  return {id, title, columns, total, rows: Array.from({length: Math.min(total, top)}, (_, k) => rowAt(k))};
}
