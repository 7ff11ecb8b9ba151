import {answerTopic} from '../../src/tradeoff/answer-topic.ts';
import type {TradeoffReport} from '../../src/tradeoff/topic.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {everyTopic} from './every-topic.ts';

/** The report of a topic at flags written as on the command line: `'--cold 1s --usd-per-hour 50'`. */
export function ask(name: string, flags = '', workload?: Workload, top?: number): TradeoffReport {
  const topic = everyTopic.find((one) => one.name === name)!;
  const words = flags.split(' ').filter((word) => word !== '');
  const texts: Record<string, string> = {};
  for (let i = 0; i < words.length; i += 2) texts[words[i]!.slice(2)] = words[i + 1]!;
  return answerTopic(topic, texts, {
    trace: workload && {path: 'w.arrow', workload},
    ...(top === undefined ? {} : {top}),
  });
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
