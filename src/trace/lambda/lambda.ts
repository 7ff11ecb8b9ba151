import {formatCount} from '../../base/units.ts';
import type {Content} from '../../files/content.ts';
import {eachJsonValue, isRecord} from '../../files/json-values.ts';
import {guessTimeUs} from '../../files/times.ts';
import type {ReaderOptions, TraceFormat, TraceReader, TraceResult} from '../format.ts';
import {eventIn, largeEnvelopes, messagesIn} from './envelopes.ts';
import {LambdaCalls} from './lambda-calls.ts';
import {readLogText} from './log-text.ts';
import {nowhere, streamIn} from './origin.ts';
import {isLambdaText} from './report-text.ts';

/** AWS Lambda's text log, in any of the ways in which it leaves CloudWatch. */
export const lambdaLog: TraceFormat = {
  name: 'lambda-log',
  summary: 'AWS Lambda logs: REPORT lines of the console, aws logs tail, SAM, exports and subscriptions',
  owner: 'everybody on AWS Lambda',
  obtain: 'aws logs filter-log-events --log-group-name /aws/lambda/NAME --filter-pattern REPORT > calls.json',
  reads: 'calls with duration, memory, Init and Restore Duration; functions by log group, stream or file',
  auto: true,
  settings: ['function'],
  reader: (options) => new LambdaReader('lambda-log', options, isTextMessage),
};

/** The JSON system log, and what extensions get of the Telemetry API. */
export const lambdaJson: TraceFormat = {
  name: 'lambda-json',
  summary: 'AWS Lambda JSON system logs and Telemetry API events: platform.report',
  owner: 'Lambda functions with the JSON log format, telemetry extensions',
  obtain:
    'aws logs filter-log-events --log-group-name /aws/lambda/NAME --filter-pattern \'{ $.type = "platform.report" }\' > calls.json',
  reads: 'calls with duration, memory, initDurationMs and restoreDurationMs; provisioned starts nobody waited for',
  auto: true,
  settings: ['function'],
  reader: (options) => new LambdaReader('lambda-json', options, isEventMessage),
};

type IsMessage = (message: unknown) => boolean;

const isTextMessage: IsMessage = (message) => typeof message === 'string' && isLambdaText(message);

const isEventMessage: IsMessage = (message) => {
  const event = eventIn(message);
  return isRecord(event) && typeof event.type === 'string' && event.type.startsWith('platform.');
};

/** Both logs come in the same envelopes, and one group may hold both. */
class LambdaReader implements TraceReader {
  private readonly name: string;
  private readonly options: ReaderOptions;
  private readonly isMessage: IsMessage;
  private readonly calls: LambdaCalls;
  private readonly notes: string[] = [];
  private starts = 0;
  private reports = 0;

  constructor(name: string, options: ReaderOptions, isMessage: IsMessage) {
    this.name = name;
    this.options = options;
    this.isMessage = isMessage;
    this.calls = new LambdaCalls(options.functionName);
  }

  misfit(content: Content): string | undefined {
    const {isMessage} = this;
    if (content.kind === 'json') {
      const messages = content.samples.flatMap((value) => [...messagesIn(value)]);
      return messages.some(({message}) => isMessage(message)) ? undefined : this.lacks();
    }
    const at = messageColumn(content.header);
    if (at >= 0) return content.firstRows.some((row) => isMessage(row[at])) ? undefined : this.lacks();
    if (content.kind === 'parquet') return this.lacks();
    const isLine = (line: string): boolean => isMessage(line) || isMessage(line.slice(Math.max(0, line.indexOf('{'))));
    return content.firstLines.some(isLine) ? undefined : this.lacks();
  }

  async read(content: Content): Promise<void> {
    if (content.kind === 'json') await this.readJson(content);
    else if (messageColumn(content.header) >= 0) await this.readTable(content);
    else {
      const before = this.options.tally.read;
      const {starts} = await readLogText(content.bytes!, this.options.tally, this.calls);
      this.starts += starts;
      this.reports += this.options.tally.read - before;
    }
  }

  finish(): TraceResult {
    const open = this.starts - this.reports;
    const cut =
      open > 0 ? [`${formatCount(open)} calls have a START but no REPORT: they ran on, or the export is cut`] : [];
    return this.calls.finish(this.name, [...this.notes, ...cut]);
  }

  private async readJson(content: Content): Promise<void> {
    const {file, samples} = content;
    this.learnNames(samples);
    let hasMore = false;
    await eachJsonValue(content.bytes!, largeEnvelopes, this.options.tally, (value, _, marks) => {
      // The last page has no token.
      if (isRecord(value) && Array.isArray(value.events)) hasMore = isToken(value.nextToken ?? value.NextToken);
      for (const {message, timeUs, origin} of messagesIn(value)) {
        const event = eventIn(message);
        if (event !== undefined) marks.took(this.calls.event(file, origin, event, timeUs));
        else if (typeof message === 'string') marks.took(this.calls.text(file, origin, timeUs, message));
      }
    });
    if (hasMore) this.notes.push(`${file}: there are more pages behind this one (nextToken)`);
  }

  /** Where nothing else does, an initialisation at the beginning names the one function of a file. */
  private learnNames(samples: readonly unknown[]): void {
    const names = new Set<string>();
    for (const {message, origin} of samples.flatMap((value) => [...messagesIn(value)])) {
      const event = eventIn(message);
      const name = isRecord(event) && isRecord(event.record) ? event.record.functionName : undefined;
      if (typeof name !== 'string') continue;
      names.add(name);
      if (origin.stream !== '') this.calls.learnName(origin.stream, name);
    }
    if (names.size === 1) this.calls.learnName('', [...names][0]!);
  }

  private async readTable(content: Content): Promise<void> {
    const {file, header} = content;
    const messageAt = messageColumn(header);
    const timeAt = header.findIndex((name) => /^@?(timestamp|time|date)$/i.test(name));
    const groupAt = header.findIndex((name) => /^@?log(group(name)?)?$/i.test(name));
    const streamAt = header.findIndex((name) => /^@?logstream(name)?$/i.test(name));
    await content.rows(this.options.tally).each((cells) => {
      const stream = cells[streamAt] ?? '';
      const origin =
        groupAt < 0 && streamAt < 0 ? nowhere : {group: cells[groupAt] ?? '', stream: streamIn(stream) || stream};
      const timeUs = guessTimeUs(cells[timeAt] ?? '');
      const message = cells[messageAt]!;
      const event = eventIn(message);
      return event === undefined
        ? this.calls.text(file, origin, timeUs, message)
        : this.calls.event(file, origin, event, timeUs);
    });
  }

  private lacks(): string {
    return this.name === 'lambda-log'
      ? "has no line that begins with 'REPORT RequestId:', as Lambda's logs have"
      : "has no event of a type such as 'platform.report', as Lambda's JSON logs have";
  }
}

function isToken(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function messageColumn(header: readonly string[]): number {
  return header.length < 2 ? -1 : header.findIndex((name) => /^@?message$/i.test(name));
}
