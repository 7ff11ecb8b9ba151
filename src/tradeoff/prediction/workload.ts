import {formatShare, formatUsd} from '../../base/format.ts';
import {US_PER_SECOND} from '../../base/units.ts';
import {type CallCursor, callCursor} from '../../workload/call-cursor.ts';
import type {Workload} from '../../workload/workload.ts';
import {answer, type WorkloadPart} from '../topic.ts';
import {precision, windowUsd} from './classifier.ts';

/** What happened in the windows of a trace, counted over (function, window) pairs from the second window on. */
interface WindowCounts {
  pairs: number;
  called: number;
  /** Called in this window and the one before. */
  calledAgain: number;
  /** Called in the one before. */
  calledBefore: number;
}

/**
 * The trace's own base rate, and the least that a prediction must beat there: "called in the last window, so called
 * in the next". Answers for the windows that lie whole in the span.
 */
export function predictionOfWorkload(
  workload: Workload,
  windowSeconds: number,
  warmUsd: number,
  coldUsd: number,
): WorkloadPart {
  const counts = countWindows(workload, windowSeconds * US_PER_SECOND);
  const idle = counts.pairs - counts.called;
  const baseRate = counts.called / counts.pairs;
  const last = {
    recall: counts.calledAgain / counts.called,
    falsePositiveRate: (counts.calledBefore - counts.calledAgain) / idle,
  };
  const each = windowUsd(
    {recall: last.recall || 0, falsePositiveRate: last.falsePositiveRate || 0},
    baseRate,
    warmUsd,
    coldUsd,
  );
  const method =
    '(function, window) pairs of the trace after the first window; "called in the last window" as prediction';
  const n = workload.functions;
  const unit = 'USD/window';
  const usd = {'last-window': n * each, never: n * baseRate * coldUsd, always: n * warmUsd};
  return {
    verdict: counts.pairs === 0 ? tooShort : verdictOf(baseRate, usd),
    answers: [
      answer('E1.3.traceBaseRate', baseRate, 'share', 'windows with a call in the trace', method),
      answer('E1.3.lastWindowRecall', last.recall, 'share', 'recall of "as in the last window"', method),
      answer('E1.3.lastWindowFalsePositiveRate', last.falsePositiveRate, 'share', 'its false-positive rate', method),
      answer('E1.3.lastWindowPrecision', precision(last, baseRate), 'share', 'its precision', method),
      answer('E1.3.usdLastWindow', usd['last-window'], unit, 'cost of warming as in the last window', method),
      answer('E1.3.usdNeverTrace', usd.never, unit, 'cost of never warming, in the trace', method),
      answer('E1.3.usdAlwaysTrace', usd.always, unit, 'cost of always warming, in the trace', method),
    ],
    tables: [],
  };
}

const tooShort = {code: 'unknown', text: 'The trace is shorter than two windows.'};

const rules = {'last-window': 'warm what was called in the last window', never: 'warm nothing', always: 'warm all'};

/** The cheapest of the rules that need no model, and what the others cost. */
function verdictOf(baseRate: number, usd: Readonly<Record<keyof typeof rules, number>>) {
  const names = ['always', 'last-window', 'never'] as const;
  const code = names.reduce((best, name) => (usd[name] < usd[best] ? name : best));
  const others = names.filter((name) => name !== code).map((name) => `to ${rules[name]} ${formatUsd(usd[name])}`);
  const text =
    `In the trace ${formatShare(baseRate)} of windows have a call. Of the rules without a model it is cheapest to ` +
    `${rules[code]}: ${formatUsd(usd[code])} a window; ${others.join(', ')}.`;
  return {code, text};
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
    eachCalledWindow(cursor, windowUs, (window) => {
      if (window >= windows) return;
      if (window >= 1) {
        counts.called++;
        if (last === window - 1) counts.calledAgain++;
      }
      if (window < windows - 1) counts.calledBefore++;
      last = window;
    });
  }
  return counts;
}

/** Calls back with every window that has a call of the function at which the cursor is opened, ascending, each once. */
function eachCalledWindow(cursor: CallCursor, windowUs: number, visit: (window: number) => void): void {
  let last = -1;
  while (cursor.next()) {
    // A minute longer than the window may have called in each of its windows.
    const until = Math.floor((cursor.timeUs + cursor.resolutionUs - 1) / windowUs);
    for (let window = Math.max(last + 1, Math.floor(cursor.timeUs / windowUs)); window <= until; window++) {
      visit(window);
      last = window;
    }
  }
}
