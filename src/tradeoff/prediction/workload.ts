import {formatSeconds, formatShare, formatUsd} from '../../base/format.ts';
import {US_PER_SECOND} from '../../base/units.ts';
import type {SkiPrices} from '../../demand/gaps/level-idle.ts';
import {type CallCursor, callCursor} from '../../workload/call-cursor.ts';
import type {Workload} from '../../workload/workload.ts';
import {answer, type WorkloadPart} from '../topic.ts';
import {type Decision, type Findings, type SlotTimes, usdPerDay} from '../trial.ts';
import {precision, windowUsd} from './classifier.ts';

const COUNTED =
  '(function, window) pairs of the trace after the first window; "called in the last window" as prediction';
const REPLAYED =
  'replay on a fleet without limits, overlapping calls and all: one slot where the rule says so, what runs beyond it stays ' +
  'for a window after its call';

/** What happened in the windows of a trace, counted over (function, window) pairs from the second window on. */
interface WindowCounts {
  pairs: number;
  called: number;
  /** Called in this window and the one before. */
  calledAgain: number;
  /** Called in the one before. */
  calledBefore: number;
}

/** Rules that need no model, by what they warm. Of those that cost the same the first is preferred. */
const rules = {
  always: {does: 'keep a slot for all', decision: 'always'},
  'last-window': {does: 'warm what was called in the last window', decision: 'lastWindow'},
  never: {does: 'warm nothing ahead', decision: 'never'},
} as const;
type Rule = keyof typeof rules;
const ruleNames = Object.keys(rules) as Rule[];

/**
 * The trace's own base rate, and the least that a prediction must beat there: never, always, and "called in the last
 * window, so called in the next". Counts are of the windows that lie whole in the span, dollars of all of it.
 */
export function predictionOfWorkload(workload: Workload, windowSeconds: number, prices: SkiPrices) {
  const windowUs = Math.round(windowSeconds * US_PER_SECOND);
  const counts = countWindows(workload, windowUs);
  const decisions = {
    always: {slotsOf: () => ({changes: [{fromUs: 0, slots: 1}], spillUs: windowUs, repeatUs: 0})},
    lastWindow: {slotsOf: afterCalledWindows(workload, windowUs)},
    never: {policy: `fixed:ttl=${windowUs}us`},
  } satisfies Record<(typeof rules)[Rule]['decision'], Decision>;
  return {
    decisions,
    answer: (found: Findings) => partOf(counts, {...prices, windowSeconds, functions: workload.functions}, found),
  };
}

interface WindowTerms extends SkiPrices {
  readonly windowSeconds: number;
  readonly functions: number;
}

function partOf(counts: WindowCounts, terms: WindowTerms, found: Findings): WorkloadPart {
  const {cold, functions, windowSeconds} = terms;
  const warm = terms.warm * windowSeconds;
  const baseRate = counts.called / counts.pairs;
  const last = {
    recall: counts.calledAgain / counts.called,
    falsePositiveRate: (counts.calledBefore - counts.calledAgain) / (counts.pairs - counts.called),
  };
  const known = {recall: last.recall || 0, falsePositiveRate: last.falsePositiveRate || 0};
  const usd = (rule: Rule): number => usdPerDay(found[rules[rule].decision]!, terms);
  const unit = 'USD/window';
  const perDay = (id: string, rule: Rule) =>
    answer(`E1.3.usdPerDay${id}`, usd(rule), 'USD/day', `cost of the rule: ${rules[rule].does}`, REPLAYED);
  return {
    verdict: counts.pairs === 0 ? tooShort : verdictOf(baseRate, windowSeconds, usd),
    answers: [
      answer('E1.3.traceBaseRate', baseRate, 'share', 'windows with a call in the trace', COUNTED),
      answer('E1.3.lastWindowRecall', last.recall, 'share', 'recall of "as in the last window"', COUNTED),
      answer('E1.3.lastWindowFalsePositiveRate', last.falsePositiveRate, 'share', 'its false-positive rate', COUNTED),
      answer('E1.3.lastWindowPrecision', precision(last, baseRate), 'share', 'its precision', COUNTED),
      answer(
        'E1.3.usdLastWindow',
        functions * windowUsd(known, baseRate, warm, cold),
        unit,
        'by those shares: cost of warming as in the last window',
        COUNTED,
      ),
      answer(
        'E1.3.usdNeverTrace',
        functions * baseRate * cold,
        unit,
        'by those shares: cost of never warming',
        COUNTED,
      ),
      answer('E1.3.usdAlwaysTrace', functions * warm, unit, 'by those shares: cost of always warming', COUNTED),
      perDay('Always', 'always'),
      perDay('LastWindow', 'last-window'),
      perDay('Never', 'never'),
    ],
    tables: [],
  };
}

const tooShort = {code: 'unknown', text: 'The trace is shorter than two windows.'};

/** The cheapest of the rules that need no model, and what the others cost. */
function verdictOf(baseRate: number, windowSeconds: number, usd: (rule: Rule) => number) {
  const code = ruleNames.reduce((best, rule) => (usd(rule) < usd(best) ? rule : best));
  const others = ruleNames
    .filter((rule) => rule !== code)
    .map((rule) => `to ${rules[rule].does} ${formatUsd(usd(rule))}`);
  const text =
    `In the trace ${formatShare(baseRate)} of windows have a call. Instances staying ${formatSeconds(windowSeconds)} after ` +
    `their calls in any case, of the rules without a model it is cheapest to ${rules[code].does}: ` +
    `${formatUsd(usd(code))} a day; ${others.join(', ')}. A forecast must beat that: see frontier for the shipped one.`;
  return {code, text};
}

/** Slots of the rule "as in the last window": one for the window after each that has a call. */
function afterCalledWindows(workload: Workload, windowUs: number): (f: number) => SlotTimes {
  const cursor = callCursor(workload.arrivals);
  return (f) => {
    const changes: {fromUs: number; slots: number}[] = [];
    cursor.open(f);
    eachCalledRun(cursor, windowUs, (from, until) => {
      const fromUs = (from + 1) * windowUs;
      // Where the window before had a call too, the slot stays.
      if (changes.at(-1)?.fromUs === fromUs) changes.pop();
      else changes.push({fromUs, slots: 1});
      changes.push({fromUs: (until + 2) * windowUs, slots: 0});
    });
    return {changes, spillUs: windowUs, repeatUs: 0};
  };
}

function countWindows(workload: Workload, windowUs: number): WindowCounts {
  const windows = Math.floor(workload.meta.spanUs / windowUs);
  const counts: WindowCounts = {
    pairs: Math.max(0, windows - 1) * workload.functions,
    called: 0,
    calledAgain: 0,
    calledBefore: 0,
  };
  const cursor = callCursor(workload.arrivals);
  for (let f = 0; f < workload.functions; f++) {
    let last = -2;
    cursor.open(f);
    eachCalledRun(cursor, windowUs, (from, until) => {
      // Windows that lie whole in the span.
      const end = Math.min(until, windows - 1);
      if (from > end) return;
      // The first window has none before it, the last none after it.
      const called = end - Math.max(from, 1) + 1;
      counts.called += Math.max(0, called);
      counts.calledAgain += end - from + (last === from - 1 ? 1 : 0);
      counts.calledBefore += Math.max(0, Math.min(end, windows - 2) - from + 1);
      last = end;
    });
  }
  return counts;
}

/**
 * Calls back with the first and the last of windows in a row that have a call of the function at which the cursor is
 * opened, ascending, each window once. A minute longer than a window may have called in each of its windows.
 */
function eachCalledRun(cursor: CallCursor, windowUs: number, visit: (from: number, until: number) => void): void {
  let last = -1;
  while (cursor.next()) {
    const until = Math.floor((cursor.timeUs + cursor.resolutionUs - 1) / windowUs);
    const from = Math.max(last + 1, Math.floor(cursor.timeUs / windowUs));
    if (from > until) continue;
    visit(from, until);
    last = until;
  }
}
