import {usageError} from '../../base/errors.ts';
import {duration, input, special, type Values} from '../input.ts';
import {cloudPriceInput} from '../prices.ts';

export const burstInputs = {
  normal: input('amount', 'normal', '1000', 'calls a second before and after the spike', 'calls/s'),
  peak: input('positive', 'peak', '100000', 'calls a second in the spike', 'calls/s'),
  durationSeconds: duration('duration', '60s', 'length of the spike'),
  warm: input('positive', 'warm-capacity', '10000', 'calls a second that warm instances can take', 'calls/s'),
  serviceSeconds: duration('service', '100ms', 'time to serve a call'),
  coldSeconds: input('time', 'cold', '500ms', 'time from the start of an instance until it serves'),
  startRates: special('start-rates', '100,2500,15000,1.5e6', 'instances a second to compare', 'N,N,..', rates),
  fleetSlots: input('count', 'fleet-slots', '2560000', 'slots of the fleet', 'slots'),
  batch: input('count', 'batch', '20', 'users notified in one call, where calls can be batched', 'users/call'),
  perUserSeconds: input('time', 'per-user', '10ms', 'part of the service time that each user of a call takes'),
  decaySeconds: duration('value-decay', '60s', 'time in which a notification loses all but 1/e of its value'),
  deadlineSeconds: input('time', 'deadline', '60s', 'age from which a notification is late'),
  priorityShare: input('share', 'priority-share', '.1', 'share of calls that are worth more'),
  priorityValue: input('amount', 'priority-value', '10', 'how many times more those are worth than the others', ''),
  idleUsdPerYear: input('usd', 'idle-usd-per-year', '1e6', 'cost of the idle reserve', 'USD/year'),
  multiple: input('positive', 'multiple', '10', 'capacity with the idle reserve, in normal capacities', 'x'),
  eventsPerYear: input('positive', 'events-per-year', '1', 'spikes in a year', 'events/year'),
  lossUsd: input('usd', 'loss-usd', '200000', 'loss of an event for each normal capacity that is short', 'USD'),
  demandMedian: input('positive', 'demand-median', '3', "median of an event's demand, in normal capacities", 'x'),
  demandSigma: input('amount', 'demand-sigma', '1', "sigma of the logarithm of an event's demand"),
  slopeSeconds: duration('slope-seconds', '10s', 'time in which the spike rises to its peak'),
  reactionSeconds: input('time', 'reaction', '5s', 'time to detect a spike and to provision for it'),
  memoryGb: input('memory', 'memory', '1GB', 'memory of an instance'),
  holdSeconds: duration('hold', '4h', 'how long a reserve is held for an event'),
  ...cloudPriceInput,
  poolFunctions: input('count', 'pool-functions', '100', 'functions that may share generic slots', 'functions'),
  poolErlangs: input('amount', 'pool-erlangs', '1', 'load of each function that shares generic slots', 'erlangs'),
  blocking: input('openShare', 'blocking', '.01', 'share of calls that may find no slot'),
  tailThreshold: input(
    'amount',
    'tail-threshold',
    '3',
    'demand from which a day is extreme, in normal capacities',
    'x',
  ),
  tailDaysShare: input('positiveShare', 'tail-days-share', '.01', 'share of days beyond the tail threshold'),
  tailShape: input('number', 'tail-shape', '.3', 'shape xi of the tail: 0 exponential, above 0 heavier'),
  tailScale: input('positive', 'tail-scale', '1', 'scale beta of the tail, in normal capacities', 'x'),
};

export type BurstValues = Values<typeof burstInputs>;

/** What makes the inputs impossible together. */
export function burstComplaint(values: BurstValues): string | undefined {
  const {normal, peak, warm, multiple, serviceSeconds, perUserSeconds, poolFunctions, poolErlangs} = values;
  if (peak < normal) return `--peak is ${peak}, must be at least --normal ${normal}: a spike rises`;
  if (warm <= normal) {
    return `--warm-capacity is ${warm}, must be above --normal ${normal}: else the queue grows without a spike`;
  }
  if (multiple <= 1) return `--multiple is ${multiple}, must be above 1: normal capacity is no reserve`;
  if (perUserSeconds > serviceSeconds) {
    return `--per-user is ${perUserSeconds}s, must be at most --service ${serviceSeconds}s, of which it is a part`;
  }
  if (poolFunctions * poolErlangs > 1e9) {
    return `--pool-functions x --pool-erlangs is ${poolFunctions * poolErlangs}, must be at most 1,000,000,000 erlangs`;
  }
  return undefined;
}

function rates(text: string, flag: string): readonly number[] {
  const numbers = text.split(',').map((part) => (/^\s*[\d.]+(e\d+)?\s*$/i.test(part) ? Number(part) : Number.NaN));
  if (numbers.every((rate) => rate > 0 && Number.isFinite(rate)) && new Set(numbers).size === numbers.length)
    return numbers;
  throw usageError(`${flag} is '${text}', must be different numbers above 0, separated by commas`);
}
