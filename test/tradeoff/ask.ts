import {partOf} from '../../src/tasks/ask-trace.ts';
import {answerTopic, valuesOf} from '../../src/tradeoff/answer-topic.ts';
import type {Topic, TradeoffReport} from '../../src/tradeoff/topic.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {everyTopic} from './every-topic.ts';

/** The report of a topic at flags written as on the command line: `'--cold 1s --usd-per-hour 50'`. */
export function ask(name: string, flags = ''): TradeoffReport {
  return answerTopic(topicNamed(name), textsOf(flags));
}

/** The same put to a trace, with what is tried there; all rows of tables, or `top` of each. */
export async function askTrace(name: string, flags: string, workload: Workload, top?: number): Promise<TradeoffReport> {
  const topic = topicNamed(name);
  const texts = textsOf(flags);
  const part = await partOf(topic, workload, valuesOf(topic, texts), {seed: 1, threads: 1});
  return answerTopic(topic, texts, {trace: part && {path: 'w.arrow', part}, ...(top === undefined ? {} : {top})});
}

function topicNamed(name: string): Topic {
  return everyTopic.find((one) => one.name === name)!;
}

function textsOf(flags: string): Record<string, string> {
  const words = flags.split(' ').filter((word) => word !== '');
  return Object.fromEntries(words.flatMap((word, i) => (i % 2 === 0 ? [[word.slice(2), words[i + 1]!]] : [])));
}

/** The value of one answer; fails where there is none or more than one. */
export function numberOf(report: TradeoffReport, id: string, scenario?: string): number | null {
  const found = report.answers.filter((one) => one.id === id && one.scenario === scenario);
  if (found.length !== 1) throw new Error(`${found.length} answers ${id} ${scenario ?? ''}`);
  return found[0]!.value;
}

/** How far a value lies from the expected one, relative to it. */
export function relativeError(value: number, expected: number): number {
  return expected === 0 ? Math.abs(value) : Math.abs(value / expected - 1);
}
