import {formatUsd} from '../../base/format.ts';
import {formatCount, US_PER_SECOND} from '../../base/units.ts';
import {meanDurations} from '../../demand/durations/mean-durations.ts';
import {functionColumns, functionRow, rowsByScore} from '../../demand/function-row.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';
import {answer, tableOf, type WorkloadPart} from '../topic.ts';
import {ownCores} from './waits.ts';

/** What interference and cores cost. */
export interface PinningTerms {
  readonly usdPerCoreHour: number;
  readonly usdPerHour: number;
  /** Of an average request beside a neighbour. */
  readonly interferenceUsd: number;
}

const METHOD =
  'cores of its own at which idling and waiting (Erlang C) cost least, against interference beside a neighbour all the ' +
  'time; calls spread evenly over the span, unknown durations count as 1 s';

/** Which functions of a trace are worth cores of their own. */
export function pinningOfWorkload(workload: Workload, terms: PinningTerms): WorkloadPart {
  const seconds = workload.meta.spanUs / US_PER_SECOND;
  const runUs = meanDurations(workload, US_PER_SECOND).us;
  const each = Array.from(runUs, (us, f) => {
    const calls = invocationsOf(workload, f);
    const perSecond = calls === 0 ? 0 : calls / seconds;
    const own = ownCores(perSecond, us / US_PER_SECOND, terms);
    return {perSecond, ...own, interferenceUsdPerHour: perSecond * 3600 * terms.interferenceUsd};
  });
  const gain = Float64Array.from(each, (one) => one.interferenceUsdPerHour - one.usdPerHour);
  const pinned = each.filter((one, f) => one.perSecond > 0 && gain[f]! > 0);
  const saves = gain.reduce((sum, one, f) => sum + (each[f]!.perSecond > 0 ? Math.max(0, one) : 0), 0);
  const cores = pinned.reduce((sum, one) => sum + one.cores, 0);
  const interference = each.reduce((sum, one) => sum + one.interferenceUsdPerHour, 0);
  const called = each.some((one) => one.perSecond > 0);
  return {
    verdict: {
      code: !called ? 'unknown' : pinned.length > 0 ? 'pin' : 'share',
      text: !called
        ? 'The trace has no calls.'
        : pinned.length === 0
          ? `None of the ${formatCount(workload.functions)} functions of the trace is worth cores of its own: a neighbour costs all of them ${formatUsd(interference)} an hour.`
          : `Of the ${formatCount(workload.functions)} functions of the trace ${formatCount(pinned.length)} are worth cores of their own, ` +
            `${formatCount(cores)} in all: that saves ${formatUsd(saves)} of the ${formatUsd(interference)} an hour that a neighbour costs.`,
    },
    answers: [
      answer('E2.2.traceFunctionsPinned', pinned.length, 'functions', 'functions worth cores of their own', METHOD),
      answer('E2.2.traceCores', cores, 'cores', 'cores that they take', METHOD),
      answer('E2.2.traceInterferenceUsdPerHour', interference, 'USD/h', 'cost of a neighbour to all', METHOD),
      answer('E2.2.traceSavesUsdPerHour', saves, 'USD/h', 'saved by pinning those', METHOD),
    ],
    tables: [
      tableOf(tableHead, rowsByScore(gain), (f) => ({
        ...functionRow(workload, f),
        perSecond: each[f]!.perSecond,
        cores: each[f]!.cores,
        ownUsdPerHour: each[f]!.usdPerHour,
        interferenceUsdPerHour: each[f]!.interferenceUsdPerHour,
        pin: each[f]!.perSecond > 0 && gain[f]! > 0,
      })),
    ],
  };
}

const tableHead = {
  id: 'functions',
  title: 'Functions by what cores of their own save (an hour)',
  columns: [
    ...functionColumns,
    {key: 'perSecond', unit: 'calls/s', head: 'calls/s'},
    {key: 'cores', unit: 'cores', head: 'cores'},
    {key: 'ownUsdPerHour', unit: 'USD', head: 'idle, waiting'},
    {key: 'interferenceUsdPerHour', unit: 'USD', head: 'neighbour'},
    {key: 'pin', unit: '', head: 'pin'},
  ],
};
