import type {TraceBytes} from '../../files/bytes.ts';
import {parsed} from '../../files/json-values.ts';
import {lineTooLong, MAX_LINE_BYTES} from '../../files/line-limit.ts';
import {RowMarks, type RowTally} from '../../files/rows.ts';
import {guessTimeUs} from '../../files/times.ts';
import type {LambdaCalls} from './lambda-calls.ts';
import {nowhere, type Origin, streamIn} from './origin.ts';
import {continuesReport} from './report-text.ts';

const LF = 10;
const REPORT = 'REPORT ';
const EVENT = '"platform.';
/** Lines behind a report that may still belong to it. */
const LINES_BEHIND = 4;

/**
 * Reads a log of Lambda's that is plain text: of the console, `aws logs tail`, `sam logs` or an export. Only lines that
 * report something are looked at; all others are passed over at the speed of a search.
 */
export async function readLogText(bytes: TraceBytes, tally: RowTally, calls: LambdaCalls): Promise<{starts: number}> {
  const text = new LogText(bytes.file, tally, calls);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes.chunks) {
    const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = text.take(all, false);
    // The chunk is soon used again.
    rest = Buffer.from(all.subarray(whole));
    if (rest.length > MAX_LINE_BYTES) throw lineTooLong(bytes.file, text.line);
  }
  text.take(Buffer.concat([rest, Buffer.of(LF)]), true);
  return {starts: text.starts};
}

class LogText {
  /** Lines passed so far. */
  line = 1;
  starts = 0;
  private readonly file: string;
  private readonly calls: LambdaCalls;
  private readonly marks: RowMarks;

  constructor(file: string, tally: RowTally, calls: LambdaCalls) {
    this.file = file;
    this.calls = calls;
    this.marks = new RowMarks(file, tally);
  }

  /** Takes what is complete of a piece of text; returns where the rest begins. */
  take(text: Buffer, isLast: boolean): number {
    const end = isLast ? text.length : holdBack(text);
    const [report, event] = [new Hits(text, REPORT), new Hits(text, EVENT)];
    let counted = 0;
    for (let from = 0; from < end; ) {
      const at = Math.min(report.from(from), event.from(from));
      if (at >= end) break;
      const start = at === 0 ? 0 : text.lastIndexOf(LF, at - 1) + 1;
      const lineEnd = text.indexOf(LF, at);
      this.line += newlines(text, counted, start);
      counted = start;
      this.marks.line = this.line;
      from = this.takeLine(text, start, at, lineEnd);
    }
    this.line += newlines(text, counted, end);
    this.starts += count(text.subarray(0, end), 'START RequestId: ');
    return end;
  }

  /** Takes the line with a hit at `at`; returns where to look on. */
  private takeLine(text: Buffer, start: number, at: number, lineEnd: number): number {
    const prefix = text.toString('latin1', start, at);
    if (text.toString('latin1', at, at + EVENT.length) === EVENT) {
      const line = text.toString('utf8', start, lineEnd);
      const open = line.indexOf('{');
      const event = open < 0 ? undefined : parsed(line.slice(open));
      const before = line.slice(0, Math.max(0, open));
      if (event !== undefined) this.marks.took(this.calls.event(this.file, originIn(before), event, timeIn(before)));
      return lineEnd + 1;
    }
    const word = /(?:INIT_|RESTORE_)?$/.exec(prefix)![0];
    const before = prefix.slice(0, prefix.length - word.length);
    if (!leadsToMessage(before)) return at + REPORT.length;
    let end = lineEnd;
    let message = `${word}${text.toString('latin1', at, lineEnd)}`;
    for (let k = 0; k < LINES_BEHIND && end + 1 < text.length; k++) {
      const next = text.indexOf(LF, end + 1);
      const line = text.toString('latin1', end + 1, next < 0 ? text.length : next);
      const isTime = before.startsWith('EVENTS') && /^\s*\d{13}\s*$/.test(line);
      if (next < 0 || !(continuesReport(line) || isTime)) break;
      message += `\t${line}`;
      end = next;
      if (isTime) break;
    }
    this.marks.took(this.calls.text(this.file, originIn(before), this.timeOf(text, before, start, message), message));
    return end + 1;
  }

  /** When a message was logged: as its line says, or the line before, or what stands behind it in a row of columns. */
  private timeOf(text: Buffer, before: string, start: number, message: string): number {
    // The command line's text output has the time of arrival at the log before the message, its own behind.
    const behind = before.startsWith('EVENTS') ? /\s(\d{13})\s*$/.exec(message)?.[1] : undefined;
    if (behind !== undefined) return guessTimeUs(behind);
    const own = timeIn(before);
    if (!Number.isNaN(own)) return own;
    if (start === 0) return Number.NaN;
    const previous = text.toString('latin1', text.lastIndexOf(LF, start - 2) + 1, start - 1);
    return /^[\dTZ:., +-]*$/.test(previous.trim()) ? timeIn(previous) : Number.NaN;
  }
}

/** Up to where a piece of text may be taken: with enough lines behind each report to see whether they belong to it. */
function holdBack(text: Buffer): number {
  let end = text.lastIndexOf(LF) + 1;
  for (let k = 0; k < LINES_BEHIND + 2 && end > 0; k++) end = end < 2 ? 0 : text.lastIndexOf(LF, end - 2) + 1;
  return end;
}

/** Where a word stands in a text, one place after the other. */
class Hits {
  private readonly text: Buffer;
  private readonly word: string;
  private at = -1;

  constructor(text: Buffer, word: string) {
    this.text = text;
    this.word = word;
  }

  /** The first place at or behind `from`, which never falls; Infinity if there is none. */
  from(from: number): number {
    if (this.at >= from) return this.at;
    const found = this.text.indexOf(this.word, from, 'latin1');
    this.at = found < 0 ? Number.POSITIVE_INFINITY : found;
    return this.at;
  }
}

function newlines(text: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf(LF, from); at >= 0 && at < to; at = text.indexOf(LF, at + 1)) lines++;
  return lines;
}

function count(text: Buffer, word: string): number {
  let found = 0;
  for (let at = text.indexOf(word, 0, 'latin1'); at >= 0; at = text.indexOf(word, at + word.length, 'latin1')) found++;
  return found;
}

/** Whether what stands before it lets a message begin: times and names of streams do, words of an application do not. */
function leadsToMessage(before: string): boolean {
  if (before !== '' && !/[\s"'\]|]$/.test(before)) return false;
  return !/\b(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/i.test(before);
}

const isoTime = /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?\s?(?:Z|UTC|[+-]\d\d:?\d\d)?/;

function timeIn(text: string): number {
  const match = isoTime.exec(text) ?? /(?:^|\s)\d{13}(?:\.\d+)?(?=\s|$)/.exec(text);
  return match === null ? Number.NaN : guessTimeUs(match[0]);
}

function originIn(text: string): Origin {
  if (text.length < 20) return nowhere;
  const group = /(?:^|\s)(\/?aws\/lambda\/[^\s\]]+)/.exec(text)?.[1] ?? '';
  return {group, stream: streamIn(text)};
}
