import {formatUsd} from '../../base/format.ts';
import {formatCount, US_PER_DAY, US_PER_SECOND} from '../../base/units.ts';
import {meanDurations} from '../../demand/durations/mean-durations.ts';
import {functionColumns, functionRow, rowsByScore} from '../../demand/function-row.ts';
import {MinuteCursor} from '../../workload/call-cursor.ts';
import type {Workload} from '../../workload/workload.ts';
import {payPerUseUsd} from '../prices.ts';
import {answer, tableOf, type WorkloadPart} from '../topic.ts';
import type {StateValues} from './inputs.ts';
import {serversFor} from './rooms.ts';

/** Run time of a function of which the trace tells none, as in a replay. */
const DEFAULT_DURATION_US = US_PER_SECOND;
const HOURS_PER_DAY = 24;

const METHOD =
  "servers for the function's busiest minute, held all day, against requests and GB-seconds of its calls; " +
  'unknown durations count as 1 s, unknown memory as --memory';

/** A function on servers of its own and by use. */
interface Served {
  readonly callsPerDay: number;
  readonly peakPerSecond: number;
  readonly servers: number;
  readonly payPerUseUsdPerDay: number;
  readonly serversUsdPerDay: number;
}

/** E5.4 of a trace: which of its functions would be cheaper on servers that stand there all day. */
export function stateOfWorkload(workload: Workload, values: StateValues): WorkloadPart {
  const each = servedEach(workload, values);
  const gain = Float64Array.from(each, (one) => one.payPerUseUsdPerDay - one.serversUsdPerDay);
  const sum = (column: (one: Served) => number): number => each.reduce((total, one) => total + column(one), 0);
  const payPerUse = sum((one) => one.payPerUseUsdPerDay);
  const served = gain.filter((one) => one > 0);
  const best = payPerUse - served.reduce((total, one) => total + one, 0);
  return {
    verdict: {
      code: payPerUse === 0 ? 'unknown' : served.length > 0 ? 'room-server' : 'pay-per-use',
      text:
        payPerUse === 0
          ? 'The trace has no calls that cost anything.'
          : served.length === 0
            ? `None of the ${formatCount(workload.functions)} functions of the trace is busy enough for servers of its own: by use all cost ${formatUsd(payPerUse)} a day.`
            : `Of the ${formatCount(workload.functions)} functions of the trace ${formatCount(served.length)} are busy enough for servers of their own: ` +
              `all cost ${formatUsd(best)} a day so, ${formatUsd(payPerUse)} by use.`,
    },
    answers: [
      answer(
        'E5.4.traceFunctionsServer',
        served.length,
        'functions',
        'functions cheaper on servers of their own',
        METHOD,
      ),
      answer('E5.4.tracePayPerUseUsdPerDay', payPerUse, 'USD/day', 'all of them by use', METHOD),
      answer(
        'E5.4.traceServersUsdPerDay',
        sum((one) => one.serversUsdPerDay),
        'USD/day',
        'all of them on servers',
        METHOD,
      ),
      answer('E5.4.traceBestUsdPerDay', best, 'USD/day', 'the cheaper of both for each', METHOD),
    ],
    tables: [
      tableOf(tableHead, rowsByScore(gain), (f) => ({
        ...functionRow(workload, f),
        ...each[f]!,
        savesUsdPerDay: Math.max(0, gain[f]!),
      })),
    ],
  };
}

function servedEach(workload: Workload, values: StateValues): Served[] {
  const days = workload.meta.spanUs / US_PER_DAY;
  const runUs = meanDurations(workload, DEFAULT_DURATION_US).us;
  const cursor = new MinuteCursor(workload.arrivals);
  return Array.from(runUs, (us, f) => {
    let calls = 0;
    let busiest = 0;
    for (cursor.open(f); cursor.next(); ) {
      calls += cursor.calls;
      busiest = Math.max(busiest, cursor.calls);
    }
    if (calls === 0) return unused;
    const seconds = us / US_PER_SECOND;
    const memoryMib = workload.memoryMib[f]!;
    const memoryGb = Number.isNaN(memoryMib) ? values.memoryGb : memoryMib / 1024;
    const peakPerSecond = busiest / 60;
    const {servers} = serversFor(peakPerSecond, seconds, values);
    return {
      callsPerDay: calls / days,
      peakPerSecond,
      servers,
      payPerUseUsdPerDay: payPerUseUsd(calls, seconds, {...values, memoryGb}) / days,
      serversUsdPerDay: servers * values.roomUsdPerHour * HOURS_PER_DAY,
    };
  });
}

const unused: Served = {callsPerDay: 0, peakPerSecond: 0, servers: 0, payPerUseUsdPerDay: 0, serversUsdPerDay: 0};

const tableHead = {
  id: 'functions',
  title: 'Functions by what servers of their own save against pay-per-use',
  columns: [
    ...functionColumns,
    {key: 'callsPerDay', unit: 'calls/day', head: 'calls/day'},
    {key: 'peakPerSecond', unit: 'calls/s', head: 'peak/s'},
    {key: 'servers', unit: 'servers', head: 'servers'},
    {key: 'payPerUseUsdPerDay', unit: 'USD', head: 'by use $/day'},
    {key: 'serversUsdPerDay', unit: 'USD', head: 'servers $/day'},
    {key: 'savesUsdPerDay', unit: 'USD', head: 'saves $/day'},
  ],
};
