/** What a line of Lambda's log says of a call or of an initialisation; NaN where it says nothing. */
export interface ReportText {
  /** Handler alone: an initialisation comes on top. */
  readonly durationUs: number;
  readonly initUs: number;
  /** SnapStart's. */
  readonly restoreUs: number;
  readonly memoryMib: number;
}

const KEY = 'Duration: ';
const MEMORY = 'Memory Size: ';

/**
 * The fields behind `REPORT RequestId: ...`, in whatever order and however they are separated. Duration is the end of
 * four other keys, so what stands before it tells which it is.
 */
export function parseReport(text: string): ReportText {
  let [durationUs, initUs, restoreUs] = [Number.NaN, Number.NaN, Number.NaN];
  for (let at = text.indexOf(KEY); at >= 0; at = text.indexOf(KEY, at + KEY.length)) {
    const us = Math.round(numberAt(text, at + KEY.length) * 1000);
    if (text.endsWith('Billed ', at) || text.endsWith('Billed Restore ', at)) continue;
    if (text.endsWith('Init ', at)) initUs = us;
    else if (text.endsWith('Restore ', at)) restoreUs = us;
    else durationUs = us;
  }
  const memoryAt = text.indexOf(MEMORY);
  const memoryMib = memoryAt < 0 ? Number.NaN : numberAt(text, memoryAt + MEMORY.length);
  return {durationUs, initUs, restoreUs, memoryMib};
}

const ZERO = 48;

function numberAt(text: string, from: number): number {
  let end = from;
  for (
    let code = text.charCodeAt(end);
    (code >= ZERO && code <= ZERO + 9) || code === 46;
    code = text.charCodeAt(++end)
  );
  return end === from ? Number.NaN : Number(text.slice(from, end));
}

/** A line that goes on with fields of the report before it: where a terminal or a page has wrapped it. */
export function continuesReport(line: string): boolean {
  return /^\s*(?:Billed |Init |Restore |Max )?(?:Duration|Memory Size|Memory Used|Restore Duration): [\d.]/.test(line);
}

/** Whether a message is the report of a call: INIT_REPORT and RESTORE_REPORT are of none. */
export function isReport(message: string): boolean {
  return /^\s*REPORT RequestI[dD]: /.test(message);
}

/** The initialisation that a message reports, and whether it was made while the call waited, within its duration. */
export function initReportIn(message: string): {readonly initUs: number; readonly inCall: boolean} | undefined {
  if (!/^\s*INIT_REPORT /.test(message)) return undefined;
  return {initUs: parseReport(message).initUs, inCall: /Phase: invoke\b/.test(message)};
}

/** Signs that a text is a log of Lambda's. */
export function isLambdaText(text: string): boolean {
  return /(^|[\s"'])(REPORT RequestI[dD]: |START RequestI[dD]: |INIT_START Runtime Version)/.test(text);
}
