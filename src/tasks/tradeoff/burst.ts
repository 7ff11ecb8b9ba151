import {usageError} from '../../base/errors.ts';
import {formatSeconds, formatShare} from '../../base/format.ts';
import {Random} from '../../base/random.ts';
import {formatCount, US_PER_SECOND} from '../../base/units.ts';
import {HeardWaits} from '../../replay/log/heard-waits.ts';
import type {burst} from '../../tradeoff/burst/burst.ts';
import {type Backlog, backlogOf, capacityGrowth} from '../../tradeoff/burst/fluid.ts';
import {type Flow, fluidQueue} from '../../tradeoff/burst/fluid-queue.ts';
import {onTimeDropExpired, valueKeptFifo, valueKeptLifo} from '../../tradeoff/burst/value-kept.ts';
import {type Compared, compared} from '../../tradeoff/compared.ts';
import type {Values} from '../../tradeoff/input.ts';
import {evenUs, workloadOf} from './calls-of.ts';
import type {Sampled, SimulatedCore} from './core.ts';
import type {Simulation} from './simulation.ts';

type BurstInputs = (typeof burst)['inputs'];
type BurstValues = Values<BurstInputs>;

/** Calls of a run, about, and runs of each case. */
const CALLS = 60_000;
const RUNS = 3;
const MOST_CALLS = 5e6;

/** E3.1 and E3.2 in the core: the spike on instances that are kept warm, with starts as fast as each rate lets them. */
export const burstSimulation: Simulation<BurstInputs> = {run};

/** How a spike is met. */
interface Met {
  /** Instances that start a second; 0: none. */
  readonly rate: number;
  readonly coldSeconds: number;
  readonly queue: string;
}

/** The spike in numbers, all rates times `factor`, so that warm instances are a whole number. */
interface Played {
  readonly values: BurstValues;
  readonly flows: readonly Flow[];
  readonly factor: number;
  readonly warmInstances: number;
}

/** What became of it: calls at full size, times from its beginning; value and lateness of the spike's own calls. */
interface Found {
  readonly backlog: number;
  readonly servedAt: number;
  readonly longest: number;
  readonly value: number;
  readonly onTime: number;
}

type Means = Readonly<Record<keyof Found, Sampled>>;

async function run(values: BurstValues, core: SimulatedCore): Promise<{setup: string; rows: Compared[]}> {
  const {peak, warm, serviceSeconds, startRates, coldSeconds} = values;
  if (peak <= warm) {
    throw usageError(`--peak is ${peak}, must be above --warm-capacity ${warm} with --simulate: else nobody waits`);
  }
  const rows: Compared[] = [];
  const play = (met: Met): Promise<Means> => {
    const played = playedAs(values, met);
    return core.repeated(RUNS, async (seed) => ({...(await replayed(core, played, met, seed))}));
  };
  const none: Met = {rate: 0, coldSeconds: 0, queue: 'fifo'};
  rows.push(...withoutStarts(values, await play(none)), ...(await otherOrders(values, none, play)));
  for (const rate of startRates) {
    for (const cold of coldSeconds > 0 ? [0, coldSeconds] : [0]) {
      const met = {...none, rate, coldSeconds: cold};
      rows.push(...withStarts(values, met, await play(met)));
    }
  }
  const {factor, warmInstances} = playedAs(values, none);
  return {
    setup:
      `The spike ${factor === 1 ? 'at full size' : `with all rates times ${factor.toPrecision(3)}, calls told at full size`}: calls ` +
      `of one function at an even rate, ${formatSeconds(serviceSeconds)} each, ${formatCount(warmInstances)} instances kept warm, more started at each rate up to what ` +
      'the spike needs, one line of waiting calls; a call may take an instance that frees before its own has started.',
    rows,
  };
}

function withoutStarts(values: BurstValues, found: Means): Compared[] {
  const law = lawOf(values, {rate: 0, coldSeconds: 0});
  const fifo = Math.min(
    valueKeptLifo(spikeOf(values), values.decaySeconds),
    valueKeptFifo(spikeOf(values), values.decaySeconds),
  );
  const more = {why: fluidAhead(values)};
  return [
    compared(
      'E3.1.backlogWithoutStarts',
      'calls',
      'most calls queued if nothing is started',
      law.peakCalls,
      found.backlog,
      more,
    ),
    compared(
      'E3.1.servedAtWithoutStarts',
      's',
      'when the last of them is served',
      law.allServedAtSeconds,
      found.servedAt,
      more,
    ),
    compared('E3.1.maxWaitWithoutStarts', 's', 'longest wait then', law.maxWaitSeconds, found.longest, more),
    compared('E3.2.valueKeptFifo', 'share', 'value kept, first come, first served', fifo, found.value, more),
  ];
}

async function otherOrders(values: BurstValues, none: Met, play: (met: Met) => Promise<Means>): Promise<Compared[]> {
  const spike = spikeOf(values);
  const lifo = await play({...none, queue: 'lifo'});
  const edf = await play({...none, queue: 'edf:expired=drop'});
  return [
    compared(
      'E3.2.valueKeptLifo',
      'share',
      'value kept, latest first',
      valueKeptLifo(spike, values.decaySeconds),
      lifo.value,
      {
        why: fluidAhead(values),
      },
    ),
    compared(
      'E3.2.onTimeDropExpired',
      'share',
      'on time, expired ones dropped',
      onTimeDropExpired(spike, values.deadlineSeconds),
      edf.onTime,
      {why: byDeadline(values)},
    ),
  ];
}

function fluidAhead({peak, warm, serviceSeconds}: BurstValues): string {
  const calls = formatCount(Math.round(((peak - warm) * serviceSeconds) / 2));
  return (
    'an instance that is ready takes a whole call at once, in the fluid bit by bit: half a call and half a service time ' +
    `less wait, in all up to (peak - warm) x service / 2 = ${calls} calls and ${formatSeconds(serviceSeconds / 2)}`
  );
}

function byDeadline({warm, peak, durationSeconds, deadlineSeconds}: BurstValues): string {
  const share = Math.min(1, (warm * (durationSeconds + deadlineSeconds)) / (peak * durationSeconds));
  return (
    'the formula lets normal traffic go first after the spike; by deadline the calls of the spike go before it: ' +
    `warm x (duration + deadline) / calls = ${formatShare(share)}`
  );
}

function withStarts(values: BurstValues, met: Met, found: Means): Compared[] {
  const law = lawOf(values, met);
  const {flows} = playedAs(values, met);
  const supply = {
    ...{warm: values.warm, most: values.peak, coldSeconds: met.coldSeconds},
    growth: capacityGrowth(met.rate, values.serviceSeconds),
  };
  const decay = {decaySeconds: values.decaySeconds, untilSeconds: values.durationSeconds};
  const {valueKept} = fluidQueue(flows, supply, decay);
  const isCold = met.coldSeconds > 0;
  const [backlog, served, longest, value] = isCold
    ? ([
        'E3.1.coldBacklog',
        'E3.1.coldAllServedAtSeconds',
        'E3.1.coldMaxFifoWaitSeconds',
        'E3.2.coldValueKept',
      ] as const)
    : (['E3.1.backlog', 'E3.1.allServedAtSeconds', 'E3.1.maxFifoWaitSeconds', 'E3.2.startedValueKept'] as const);
  const after = isCold ? ', cold time included' : '';
  const more = {scenario: String(met.rate), why: fluidAhead(values)};
  return [
    compared(backlog, 'calls', `most calls queued${after}`, law.peakCalls, found.backlog, more),
    compared(served, 's', `when all are served${after}`, law.allServedAtSeconds, found.servedAt, more),
    compared(longest, 's', `longest wait${after}`, law.maxFifoWaitSeconds, found.longest, more),
    compared(value, 'share', `value kept in order of arrival${after}`, valueKept, found.value, more),
  ];
}

function spikeOf({normal, peak, durationSeconds, warm}: BurstValues) {
  return {normal, peak, durationSeconds, warm};
}

function lawOf(values: BurstValues, {rate, coldSeconds}: Pick<Met, 'rate' | 'coldSeconds'>): Backlog {
  return backlogOf(spikeOf(values), {growth: capacityGrowth(rate, values.serviceSeconds), coldSeconds});
}

/** As large a spike as some calls are enough for, and normal traffic until all are served and a quarter longer. */
function playedAs(values: BurstValues, met: Met): Played {
  const {normal, peak, warm, durationSeconds, serviceSeconds} = values;
  const drain = lawOf(values, met).allServedAtSeconds - durationSeconds;
  const flows = [
    {perSecond: peak, seconds: durationSeconds},
    {perSecond: normal, seconds: 1.25 * drain + 20 * serviceSeconds + 2 * met.coldSeconds},
  ];
  const calls = flows.reduce((sum, {perSecond, seconds}) => sum + perSecond * seconds, 0);
  const warmInstances = Math.max(1, Math.round(warm * serviceSeconds * Math.min(1, CALLS / (peak * durationSeconds))));
  const factor = warmInstances / (warm * serviceSeconds);
  if (calls * factor > MOST_CALLS) {
    throw usageError(
      `--simulate would replay ${formatCount(Math.round(calls * factor))} calls to have one warm instance, must be at most ${formatCount(MOST_CALLS)}`,
      'give a longer --service or a shorter --duration',
    );
  }
  return {values, flows, factor, warmInstances};
}

async function replayed(
  core: SimulatedCore,
  {values, flows, factor, warmInstances}: Played,
  {rate, coldSeconds, queue}: Met,
  seed: number,
): Promise<Found> {
  const {peak, serviceSeconds, deadlineSeconds} = values;
  const random = new Random(seed);
  const times: number[] = [];
  let untilUs = 0;
  for (const {perSecond, seconds} of flows) {
    const fromUs = untilUs;
    untilUs += Math.round(seconds * US_PER_SECOND);
    if (perSecond > 0) for (const us of evenUs(random, perSecond * factor, untilUs, fromUs)) times.push(us);
  }
  const workload = workloadOf([{name: 'burst', atUs: times, durationUs: Math.round(serviceSeconds * US_PER_SECOND)}]);
  const most = rate === 0 ? 0 : Math.round(peak * serviceSeconds * factor);
  const heard = new HeardWaits();
  await core.replay(
    workload,
    {
      fleet: {count: 1, slots: Math.max(warmInstances, most), memoryMib: Number.POSITIVE_INFINITY},
      cold: `fixed:${Math.round(coldSeconds * US_PER_SECOND)}us`,
      queue,
      semantics: {lateBinding: true},
      startsPerSecond: rate === 0 ? Number.POSITIVE_INFINITY : rate * factor,
      settings: {
        numbers: {
          min: Float64Array.of(warmInstances),
          ...(queue.startsWith('edf') && {deadline: Float64Array.of(deadlineSeconds * US_PER_SECOND)}),
        },
        labels: {},
        quotas: [],
      },
      untilUs,
    },
    heard,
  );
  return foundIn(heard, values, factor, times.filter((us) => us < values.durationSeconds * US_PER_SECOND).length);
}

/** `calls` of the spike came, of which those that never began are worth nothing. */
function foundIn(heard: HeardWaits, values: BurstValues, factor: number, calls: number): Found {
  const {decaySeconds, deadlineSeconds, durationSeconds} = values;
  const {most, emptyUs} = heard.backlog(durationSeconds * US_PER_SECOND);
  let [longestUs, value, onTime] = [0, 0, 0];
  heard.forEach((calledUs, waitUs) => {
    longestUs = Math.max(longestUs, waitUs);
    if (calledUs >= durationSeconds * US_PER_SECOND) return;
    value += Math.exp(-waitUs / US_PER_SECOND / decaySeconds);
    if (waitUs <= deadlineSeconds * US_PER_SECOND) onTime++;
  });
  return {
    backlog: most / factor,
    servedAt: emptyUs / US_PER_SECOND,
    longest: longestUs / US_PER_SECOND,
    value: value / calls,
    onTime: onTime / calls,
  };
}
