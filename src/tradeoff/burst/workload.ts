import {poissonQuantile} from '../../base/distributions.ts';
import {formatNumber} from '../../base/format.ts';
import {type Burstiness, BurstinessMeter, minutesOf} from '../../demand/calls/busy-minutes.ts';
import {functionColumns, functionRow, rowsByScore} from '../../demand/function-row.ts';
import {MinuteCursor} from '../../workload/call-cursor.ts';
import type {Workload} from '../../workload/workload.ts';
import {type Answer, answer, scenarioAnswer, type TableSource, tableOf, type WorkloadPart} from '../topic.ts';
import {type PeakTail, peakOnceIn, peakTail} from './peaks.ts';

/** Return periods to answer for, days. */
const PERIODS = [1, 7, 30, 365];

/** How bursty a trace is, all together and by function, and how high its peaks would go in longer times. */
export function burstOfWorkload(workload: Workload, reactionSeconds: number): WorkloadPart {
  const total = new Float64Array(minutesOf(workload));
  const each = byFunction(workload, total);
  const all = ofSeries(total);
  const tail = peakTail(total);
  return {
    verdict: {code: codeOf(all, minutesOf(workload)), text: verdictText(all, tail)},
    answers: [...seriesAnswers(all, reactionSeconds), ...tailAnswers(all, tail)],
    tables: [functionTable(workload, each)],
  };
}

function byFunction(workload: Workload, total: Float64Array): Burstiness[] {
  const cursor = new MinuteCursor(workload.arrivals);
  return Array.from({length: workload.functions}, (_, f) => {
    const meter = new BurstinessMeter();
    for (cursor.open(f); cursor.next(); ) {
      meter.add(cursor.minute, cursor.calls);
      total[cursor.minute]! += cursor.calls;
    }
    return meter.read(total.length);
  });
}

function ofSeries(counts: Float64Array): Burstiness {
  const meter = new BurstinessMeter();
  counts.forEach((count, minute) => {
    meter.add(minute, count);
  });
  return meter.read(counts.length);
}

function seriesAnswers(all: Burstiness, reactionSeconds: number): Answer[] {
  const method = 'per-minute counts of the whole trace';
  const slope = all.risePerMinute / 3600;
  return [
    answer('E3.4.traceMeanPerMinute', all.meanPerMinute, 'calls/min', 'mean of the trace', method),
    answer('E3.4.tracePeakPerMinute', all.peakPerMinute, 'calls/min', 'busiest minute of the trace', method),
    answer('E3.4.tracePeakToMean', all.peakPerMinute / all.meanPerMinute, 'x', 'busiest minute over the mean', method),
    answer('E3.4.traceDispersion', all.dispersion, '', 'variance / mean of its minutes (1: Poisson)', method),
    answer('E3.4.traceSlope', slope, 'calls/s/s', 'steepest rise from one minute to the next', method),
    answer(
      'E3.4.traceHeadroomPerSecond',
      slope * reactionSeconds,
      'calls/s',
      'spare capacity for that rise',
      'slope x reaction',
    ),
  ];
}

function tailAnswers(all: Burstiness, tail: PeakTail | undefined): Answer[] {
  if (!tail) return [];
  const method =
    `peaks over threshold: ${tail.peaks} peaks above the ${formatNumber(tail.level * 100)} % quantile, an hour apart; ` +
    'generalised Pareto by probability-weighted moments';
  return [
    answer('E3.4.traceThreshold', tail.threshold, 'calls/min', 'count above which a minute is a peak', method),
    answer('E3.4.tracePeaksPerDay', tail.exceedances, 'peaks/day', 'peaks above it', method),
    answer('E3.4.traceTailShape', tail.shape, '', 'shape xi of the peaks (0: exponential, above: heavy)', method),
    answer('E3.4.traceTailScale', tail.scale, 'calls/min', 'scale beta of the peaks', method),
    ...PERIODS.flatMap((days) => {
      const level = peakOnceIn(days, tail);
      return [
        answer('E3.4.traceReturnLevel', level, 'calls/min', 'peak exceeded once in this time', method),
        answer('E3.4.traceReturnMultiple', level / all.meanPerMinute, 'x', 'the same over the mean', method),
      ].map((made) => scenarioAnswer(String(days), 'days', made));
    }),
  ];
}

/** `bursty` where the busiest minute is one that random calls of this mean would show in one trace of a hundred. */
function codeOf({meanPerMinute, peakPerMinute}: Burstiness, minutes: number): string {
  if (!(meanPerMinute > 0)) return 'unknown';
  return peakPerMinute > poissonQuantile(1 - 0.01 / minutes, meanPerMinute) ? 'bursty' : 'steady';
}

function verdictText(all: Burstiness, tail: PeakTail | undefined): string {
  if (!(all.meanPerMinute > 0)) return 'The trace has no calls.';
  const seen =
    `The trace's busiest minute is ${formatNumber(all.peakPerMinute / all.meanPerMinute)} times its mean ` +
    `(dispersion ${formatNumber(all.dispersion)}, Poisson 1)`;
  if (!tail) return `${seen}; it has too few peaks to say more.`;
  const yearly = peakOnceIn(365, tail) / all.meanPerMinute;
  return `${seen}; by its ${tail.peaks} peaks expect ${formatNumber(yearly)} times the mean once a year.`;
}

function functionTable(workload: Workload, each: readonly Burstiness[]): TableSource {
  const rises = Float64Array.from(each, (one) => one.risePerMinute);
  const head = {
    id: 'functions',
    title: 'Functions by their steepest rise',
    columns: [
      ...functionColumns,
      {key: 'meanPerMinute', unit: 'calls/min', head: 'mean/min'},
      {key: 'peakPerMinute', unit: 'calls/min', head: 'peak/min'},
      {key: 'peakToMean', unit: 'x', head: 'peak/mean'},
      {key: 'dispersion', unit: '', head: 'dispersion'},
      {key: 'risePerMinute', unit: 'calls/min', head: 'rise/min'},
    ],
  };
  return tableOf(head, rowsByScore(rises), (f) => {
    const {meanPerMinute, peakPerMinute, dispersion, risePerMinute} = each[f]!;
    const peakToMean = meanPerMinute > 0 ? peakPerMinute / meanPerMinute : null;
    return {
      ...functionRow(workload, f),
      meanPerMinute,
      peakPerMinute,
      peakToMean,
      dispersion: meanPerMinute > 0 ? dispersion : null,
      risePerMinute,
    };
  });
}
