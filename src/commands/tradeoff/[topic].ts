import {Flags} from '@oclif/core';
import {tableView} from '../../base/report-table.ts';
import type {Threads} from '../../replay/threads.ts';
import {simulations} from '../../tasks/tradeoff/simulations.ts';
import {answerTopic} from '../../tradeoff/answer-topic.ts';
import type {Input, Inputs} from '../../tradeoff/input.ts';
import {tradeoffPrinted} from '../../tradeoff/text.ts';
import type {Topic, TradeoffReport} from '../../tradeoff/topic.ts';
import {type TopicName, topics} from '../../tradeoff/topics.ts';
import {BaseCommand} from '../flags/base-command.ts';
import {
  commonFlags,
  demandFlags,
  type ScaleFlags,
  scalingOf,
  seedFlag,
  tableFlags,
  threadsFlag,
} from '../flags/common-flags.ts';
import {loadPrices} from '../flags/prices.ts';
import {countFlag} from '../flags/value-flags.ts';

/** Rows of each table where people read; JSON has all. */
const SHOWN_ROWS = 20;

/** The command of a topic. The build writes one entry, `tradeoff/NAME`, for each name of the registry. */
export async function topicCommand(name: TopicName) {
  const topic: Topic = await topics[name]();
  return class extends TopicCommand {
    static override summary = topic.summary;
    static override description = topic.description;
    static override examples = topic.examples.map((flags) => `<%= config.bin %> <%= command.id %> ${flags}`.trimEnd());
    static override flags = flagsOf(topic);

    async run(): Promise<TradeoffReport> {
      const {flags} = await this.parse(this.ctor);
      return this.answer(topic, flags);
    }
  };
}

abstract class TopicCommand extends BaseCommand {
  static override readonly doing = 'asking the trace';
  static override readonly slowWith = ['--workload', '-w', '--simulate'];
  protected async answer(topic: Topic, flags: Readonly<Record<string, unknown>>): Promise<TradeoffReport> {
    const texts = flags as Readonly<Record<string, string | undefined>>;
    const given = texts.prices === undefined ? {} : {prices: loadPrices(texts.prices)};
    const {top: asked, csv, table, sort} = flags as AskedOfTables;
    // What is sorted or written for programs is all of it.
    const all = csv === true || table !== undefined || sort !== undefined;
    // In the text --top is of each table.
    if (!all) tableView.asked = {...tableView.asked, top: undefined};
    const top = all
      ? Number.POSITIVE_INFINITY
      : (asked ?? (this.jsonEnabled() ? Number.POSITIVE_INFINITY : SHOWN_ROWS));
    const shown = asked ?? SHOWN_ROWS;
    const path = texts.workload;
    if (path === undefined && !flags.simulate) return this.shown(answerTopic(topic, texts, {given, top}), shown);
    // Flags of topics that try nothing: then neither matters.
    const {seed = 1, threads = 'auto'} = flags as {readonly seed?: number; readonly threads?: Threads};
    const scaling = scalingOf(flags as ScaleFlags);
    const ask = {scaling, given, top, seed, threads};
    // Arrow and the scheduler load only when there is a file to read, or something to simulate.
    const report =
      path === undefined
        ? answerTopic(topic, texts, ask)
        : await (await import('../../tasks/ask-trace.ts')).askTrace(topic, texts, {...ask, path}, this.listener());
    if (!flags.simulate) return this.shown(report, shown);
    const {simulateTopic} = await import('../../tasks/tradeoff/simulate.ts');
    return this.shown({...report, simulation: await simulateTopic(topic, texts, ask)}, shown);
  }

  private shown(report: TradeoffReport, rows: number): TradeoffReport {
    this.present(report, tradeoffPrinted(rows));
    return report;
  }
}

/** Flags of tables, as they are read. */
interface AskedOfTables {
  readonly top?: number;
  readonly csv?: boolean;
  readonly table?: string;
  readonly sort?: string;
}

/** One flag of each input, and a workload where the topic can be put to a trace. */
function flagsOf({name, inputs, workload, tries}: Topic<Inputs>) {
  const simulates = name in simulations;
  return {
    ...commonFlags,
    ...Object.fromEntries(Object.values(inputs).map((spec) => [spec.flag, inputFlag(spec)])),
    ...(workload
      ? {
          workload: Flags.string({
            char: 'w',
            helpValue: 'FILE',
            summary: 'Put the question to this workload too; - reads stdin.',
          }),
          ...demandFlags,
        }
      : {}),
    ...(simulates
      ? {
          simulate: Flags.boolean({
            summary: 'Run the scheduler core on the same inputs too: what happened beside the closed form.',
          }),
        }
      : {}),
    // What is tried on a trace or simulated is drawn, and takes a while.
    ...(tries || simulates ? {...seedFlag, ...threadsFlag} : {}),
    top: countFlag(0)({
      helpValue: 'N',
      summary: `Rows of each table [default: ${SHOWN_ROWS}, all with --json, --csv].`,
    }),
    ...tableFlags,
  };
}

function inputFlag({default: text, summary, hint}: Input<unknown>) {
  return Flags.string({
    ...(text === undefined ? {} : {default: text}),
    helpValue: hint,
    summary: `${summary[0]!.toUpperCase()}${summary.slice(1)}.`,
  });
}
