import {Flags} from '@oclif/core';
import {answerTopic} from '../../tradeoff/answer-topic.ts';
import type {Inputs, Values} from '../../tradeoff/input.ts';
import {tradeoffText} from '../../tradeoff/text.ts';
import type {Topic, TradeoffReport} from '../../tradeoff/topic.ts';
import {BaseCommand, commonFlags} from './base-command.ts';
import {loadPrices} from './prices.ts';

/** Flags of a topic's command: one of each input, and a workload where the topic can be put to a trace. */
export function tradeoffFlags<I extends Inputs>(topic: Topic<I>) {
  return {
    ...commonFlags,
    ...Object.fromEntries(Object.values(topic.inputs).map((spec) => [spec.flag, inputFlag(spec)])),
    ...(topic.workload
      ? {
          workload: Flags.string({
            char: 'w',
            helpValue: 'FILE',
            summary: 'Put the question to this workload too; - reads stdin.',
          }),
        }
      : {}),
    top: Flags.integer({min: 0, helpValue: 'N', summary: 'Rows of each table [default: 20, all with --json].'}),
  };
}

/** What the eight `tradeoff` commands share. */
export abstract class TradeoffCommand extends BaseCommand {
  protected async answer<I extends Inputs>(
    topic: Topic<I>,
    flags: Readonly<Record<string, string | number | boolean | undefined>>,
  ): Promise<TradeoffReport> {
    const texts = flags as Readonly<Record<string, string | undefined>>;
    const given = texts.prices === undefined ? {} : {prices: loadPrices(texts.prices)};
    const top = (flags.top as number | undefined) ?? (this.jsonEnabled() ? Number.POSITIVE_INFINITY : 20);
    const trace = await traceOf(texts.workload);
    const report = answerTopic(topic, texts, {trace, given: given as Partial<Values<I>>, top});
    if (!this.jsonEnabled()) this.log(tradeoffText(report).trimEnd());
    return report;
  }
}

async function traceOf(path: string | undefined) {
  if (path === undefined) return undefined;
  // Arrow loads only when there is a file to read.
  const {readWorkload} = await import('../../workload/file/file.ts');
  return {path, workload: await readWorkload(path)};
}

function inputFlag({default: text, summary, hint}: Inputs[string]) {
  return Flags.string({
    ...(text === undefined ? {} : {default: text}),
    helpValue: hint,
    summary: `${summary[0]!.toUpperCase()}${summary.slice(1)}.`,
  });
}
