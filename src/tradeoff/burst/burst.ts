import {serversForWait} from '../../base/erlang.ts';
import {formatNumber, formatSeconds, formatShare, formatUsd} from '../../base/format.ts';
import {formatCount} from '../../base/units.ts';
import {type Answer, answer, scenarioAnswer, type Topic, type Verdict} from '../topic.ts';
import {type Backlog, backlogOf, capacityGrowth} from './fluid.ts';
import {type BurstValues, burstComplaint, burstInputs} from './inputs.ts';
import {
  breakEvenPerLate,
  demandOnceIn,
  eventUsd,
  headroomPerSecond,
  heldMultiple,
  heldWithRecourse,
  lateCalls,
  poolingGain,
  type Recourse,
  recourseOf,
  reserveMultiple,
  reserveUtilisation,
} from './reserve.ts';
import {
  onTimeDropExpired,
  onTimeFifo,
  onTimeInOrder,
  valueKeptByPriority,
  valueKeptFifo,
  valueKeptInOrder,
  valueKeptLifo,
} from './value-kept.ts';

/** E3: a spike of a hundred times the normal for a minute: capacity, order, reserve, and what nobody foresaw. */
export const burst: Topic<typeof burstInputs> = {
  name: 'burst',
  summary: 'E3    A spike of 100 times: capacity, order, reserve',
  description:
    'Super Bowl (E3.1 to E3.4): 1,000 calls a second rise to 100,000 for a minute, warm containers take 10,000. Where capacity comes from, whom to serve first, what reserve to hold, and what of spikes that nobody foresaw.',
  examples: ['', '--peak 50000 --warm-capacity 20000 --start-rates 500,5000', '--workload w.arrow'],
  inputs: burstInputs,
  complaint: burstComplaint,
  answers: (values) => [
    ...capacityAnswers(values),
    ...values.startRates.flatMap((rate) => startRateAnswers(values, rate)),
    ...orderAnswers(values),
    ...reserveAnswers(values),
    ...unknownAnswers(values),
  ],
  verdict,
  workload: async (workload, {reactionSeconds}) =>
    (await import('./workload.ts')).burstOfWorkload(workload, reactionSeconds),
};

function spikeOf({normal, peak, durationSeconds, warm}: BurstValues) {
  return {normal, peak, durationSeconds, warm};
}

function backlogAt(values: BurstValues, startsPerSecond: number, coldSeconds = values.coldSeconds): Backlog {
  return backlogOf(spikeOf(values), {growth: capacityGrowth(startsPerSecond, values.serviceSeconds), coldSeconds});
}

/** Whether instances started when the spike comes keep every wait within the deadline, at the best of the rates. */
function onDemandFits(values: BurstValues): boolean {
  return backlogAt(values, Math.max(...values.startRates)).maxFifoWaitSeconds <= values.deadlineSeconds;
}

function capacityAnswers(values: BurstValues): Answer[] {
  const {peak, warm, serviceSeconds, fleetSlots, batch, perUserSeconds} = values;
  const busy = peak * serviceSeconds;
  const none = backlogAt(values, 0);
  const batched = (warm * serviceSeconds * batch) / (serviceSeconds + (batch - 1) * perUserSeconds);
  const fluid = 'fluid: backlog grows by arrivals less capacity';
  return [
    answer(
      'E3.1.extraInstances',
      Math.max(0, peak - warm) * serviceSeconds,
      'instances',
      'instances to start for the spike',
      'Little: (peak - warm) x service',
    ),
    answer(
      'E3.1.fleetShare',
      busy / fleetSlots,
      'share',
      'fleet slots busy in the spike',
      'peak x service / fleet slots',
    ),
    answer(
      'E3.1.pooledInstances',
      busy <= 1e9 ? serversForWait(busy, 0.01) : busy + 2.375 * Math.sqrt(busy),
      'instances',
      'instances for 1 % waiting if they were pooled and random',
      'Erlang C (square-root rule beyond 1e9 erlangs)',
    ),
    answer(
      'E3.1.batchedPerSecond',
      batched,
      'users/s',
      'users that the warm instances reach by batching',
      'warm x service x batch / (service + (batch - 1) x per-user)',
    ),
    answer('E3.1.backlogWithoutStarts', none.peakCalls, 'calls', 'most calls queued if nothing is started', fluid),
    answer('E3.1.servedAtWithoutStarts', none.allServedAtSeconds, 's', 'when the last of them is served', fluid),
    answer('E3.1.maxWaitWithoutStarts', none.maxWaitSeconds, 's', 'longest wait then', 'backlog / capacity'),
  ];
}

function startRateAnswers(values: BurstValues, startsPerSecond: number): Answer[] {
  const backlog = backlogAt(values, startsPerSecond, 0);
  const cold = backlogAt(values, startsPerSecond);
  const fluid = 'fluid: capacity grows by start rate / service per second up to the peak';
  const later = 'the same fluid, its growth a cold time later';
  return [
    answer('E3.1.backlog', backlog.peakCalls, 'calls', 'most calls queued at this start rate', fluid),
    answer('E3.1.allServedAtSeconds', backlog.allServedAtSeconds, 's', 'when all are served, from the start', fluid),
    answer(
      'E3.1.maxWaitSeconds',
      backlog.maxWaitSeconds,
      's',
      'longest wait, as capacity stood',
      'most of backlog / capacity of the moment',
    ),
    answer(
      'E3.1.maxFifoWaitSeconds',
      backlog.maxFifoWaitSeconds,
      's',
      'longest wait, as it turned out',
      'first come, first served',
    ),
    answer('E3.1.coldBacklog', cold.peakCalls, 'calls', 'most calls queued, cold time included', later),
    answer('E3.1.coldAllServedAtSeconds', cold.allServedAtSeconds, 's', 'when all are served then', later),
    answer(
      'E3.1.coldMaxFifoWaitSeconds',
      cold.maxFifoWaitSeconds,
      's',
      'longest wait then',
      'first come, first served',
    ),
  ].map((made) => scenarioAnswer(String(startsPerSecond), 'instances/s', made));
}

function orderAnswers(values: BurstValues): Answer[] {
  const spike = spikeOf(values);
  const {decaySeconds, deadlineSeconds, peak, warm} = values;
  const priority = valueKeptByPriority(spike, {share: values.priorityShare, worth: values.priorityValue}, decaySeconds);
  const decay = 'value e^(-wait/decay); normal traffic is served first after the spike';
  const late = 'common deadline; normal traffic is served first after the spike';
  // The textbook's order of arrival has all capacity to itself: without a bound it would beat the best order at times.
  const alone = 'as if no normal traffic came after the spike, at most what the best order reaches with it';
  const lifo = valueKeptLifo(spike, decaySeconds);
  const dropExpired = onTimeDropExpired(spike, deadlineSeconds);
  return [
    answer(
      'E3.2.valueKeptFifo',
      Math.min(lifo, valueKeptFifo(spike, decaySeconds)),
      'share',
      'value kept, first come, first served',
      alone,
    ),
    answer(
      'E3.2.valueKeptInOrder',
      valueKeptInOrder(spike, decaySeconds),
      'share',
      'the same after normal traffic',
      decay,
    ),
    answer('E3.2.valueKeptLifo', lifo, 'share', 'value kept, latest first', decay),
    answer('E3.2.valueKeptShed', Math.min(1, warm / peak), 'share', 'value kept, the rest turned away', 'warm / peak'),
    answer(
      'E3.2.onTimeFifo',
      Math.min(dropExpired, onTimeFifo(spike, deadlineSeconds)),
      'share',
      'on time, first come, first served',
      alone,
    ),
    answer('E3.2.onTimeInOrder', onTimeInOrder(spike, deadlineSeconds), 'share', 'the same after normal traffic', late),
    answer('E3.2.onTimeDropExpired', dropExpired, 'share', 'on time, expired ones dropped', late),
    answer(
      'E3.2.valueOnTimePriority',
      priority.onTime,
      'share',
      'value served at once, dear ones first',
      'strict priority',
    ),
    answer('E3.2.valueKeptPriority', priority.total, 'share', 'value kept, dear ones first, then latest first', decay),
  ];
}

function reserveAnswers(values: BurstValues): Answer[] {
  const {payPerUse, calendarPerHour, reserveHeld} = eventUsd(values);
  const recourse = recourseOf(values, onDemandFits(values));
  return [
    answer(
      'E3.3.multiple',
      reserveMultiple(values),
      'x',
      'normal capacities to hold all year (1: no reserve)',
      'newsvendor: F^-1(1 - c_u / (events x loss)), lognormal demand, c_u = idle cost / (multiple - 1)',
    ),
    answer(
      'E3.3.heldMultipleAlone',
      heldMultiple(values, values.lossUsd),
      'x',
      'the same for a demand whose median is this spike, if nothing else can provide',
      'newsvendor, warm capacity at least',
    ),
    answer(
      'E3.3.usdRecourse',
      recourse.usdPerEvent,
      'USD/event',
      `providing for the event otherwise: ${recourse.way === 'calendar' ? 'by calendar' : 'on demand'}`,
      'cheaper of pay-per-use, if it starts within the deadline, and warm instances held by calendar',
    ),
    answer(
      'E3.3.heldMultiple',
      heldWithRecourse(values, recourse),
      'x',
      'normal capacities to hold all year beside that',
      'newsvendor with recourse: what is short costs the recourse or the loss, whichever is less',
    ),
    answer(
      'E3.3.breakEvenPerLateNotification',
      breakEvenPerLate(values),
      'USD/notification',
      'loss per late notification that pays for the reserve',
      'idle cost / (events x late calls)',
    ),
    answer('E3.3.lateCalls', lateCalls(values), 'calls', 'calls beyond warm capacity', '(peak - warm) x duration'),
    answer(
      'E3.3.reserveUtilisation',
      reserveUtilisation(values),
      'share',
      'time that the reserve is used',
      'events x duration / year',
    ),
    answer(
      'E3.3.usdPayPerUse',
      payPerUse,
      'USD/event',
      'the same calls pay-per-use',
      'requests + GB-seconds of the price sheet',
    ),
    answer(
      'E3.3.usdCalendarPerHour',
      calendarPerHour,
      'USD/h',
      'the same instances kept warm by calendar',
      'instances x warm price',
    ),
    answer(
      'E3.3.usdReserveHeld',
      reserveHeld,
      'USD/event',
      'the reserve, held for the event alone',
      'idle cost x hold / year',
    ),
    answer(
      'E3.3.poolingGain',
      poolingGain(values),
      'x',
      'slots apart over slots pooled, same blocking',
      'Erlang B: functions x n(erlangs) / n(functions x erlangs)',
    ),
  ];
}

function unknownAnswers(values: BurstValues): Answer[] {
  const method = 'generalised Pareto tail: u + beta/xi ((p/p_u)^-xi - 1)';
  return [
    answer(
      'E3.4.headroomPerSecond',
      headroomPerSecond(values),
      'calls/s',
      'spare capacity for a spike that nobody foresaw',
      'slope x time to detect and provision, the whole rise at most',
    ),
    answer('E3.4.returnLevel', demandOnceIn(1, values), 'x', 'demand exceeded on one day a year', method),
    answer('E3.4.returnLevelDecade', demandOnceIn(10, values), 'x', 'demand exceeded on one day in ten years', method),
  ];
}

function verdict(values: BurstValues): Verdict {
  const recourse = recourseOf(values, onDemandFits(values));
  const hold = heldWithRecourse(values, recourse);
  const {peak, warm, normal} = values;
  const code = hold <= warm / normal ? 'no-reserve' : hold >= peak / normal ? 'reserve' : 'reserve-part';
  return {
    code,
    text: () =>
      [capacityText(values), orderText(values), reserveText(values, hold, recourse)]
        .filter((part) => part !== '')
        .join(' '),
  };
}

function capacityText(values: BurstValues): string {
  const {peak, warm, deadlineSeconds, startRates} = values;
  if (peak <= warm) return 'Warm capacity takes the whole spike.';
  const enough = [...startRates]
    .sort((a, b) => a - b)
    .find((rate) => backlogAt(values, rate).maxFifoWaitSeconds <= deadlineSeconds);
  const none = backlogAt(values, 0);
  const alone = `Without new instances the last caller is served after ${formatSeconds(none.allServedAtSeconds)}`;
  if (enough === undefined)
    return `${alone}, and none of the start rates keeps every wait within ${formatSeconds(deadlineSeconds)}.`;
  const wait = formatSeconds(backlogAt(values, enough).maxFifoWaitSeconds);
  return `${alone}; at ${formatCount(enough)} starts a second nobody waits longer than ${wait}, so cold starts can be fast enough.`;
}

function orderText(values: BurstValues): string {
  if (values.peak <= values.warm) return '';
  const spike = spikeOf(values);
  const {decaySeconds, priorityShare, priorityValue} = values;
  const [best, ...others] = [
    {
      order: 'with the dear ones first',
      kept: valueKeptByPriority(spike, {share: priorityShare, worth: priorityValue}, decaySeconds).total,
    },
    {order: 'latest first', kept: valueKeptLifo(spike, decaySeconds)},
    {order: 'in order of arrival', kept: valueKeptInOrder(spike, decaySeconds)},
  ].sort((a, b) => b.kept - a.kept);
  const rest = others.map(({order, kept}) => `${formatShare(kept)} ${order}`).join(', ');
  return `What must queue keeps most of its value ${best!.order}: ${formatShare(best!.kept)} (${rest}).`;
}

function reserveText(values: BurstValues, hold: number, {way, usdPerEvent}: Recourse): string {
  const {idleUsdPerYear, multiple, normal, warm, peak} = values;
  const otherwise = way === 'calendar' ? 'instances held by calendar' : 'instances started on demand';
  const cost = `${otherwise} cost ${formatUsd(usdPerEvent)} an event`;
  const unit = `${formatUsd(idleUsdPerYear / (multiple - 1))} a year for each normal capacity`;
  if (hold === Number.POSITIVE_INFINITY) return 'Hold the reserve all year: it costs nothing.';
  if (hold > warm / normal) {
    return `Hold ${formatNumber(hold)} normal capacities all year, at ${unit}: ${cost}.`;
  }
  return peak <= warm
    ? 'No reserve is needed beyond it.'
    : `Hold no reserve beyond warm capacity, at ${unit}: ${cost}.`;
}
