import {inputError, usageError} from '../../base/errors.ts';
import {nearest} from '../../base/nearest.ts';
import {finiteTimeUs, oneOf, text, timeUs} from '../../base/parameters.ts';
import {parseValues} from '../../base/part.ts';
import {formatCount, US_PER_SECOND, writtenTimeUs} from '../../base/units.ts';
import {readRate} from '../../fleet/start-rate.ts';
import {addBursts, type Burst} from '../../workload/burst/add-bursts.ts';
import {type ShapeName, shapes} from '../../workload/burst/shapes.ts';
import {invocationsOf, type Workload} from '../../workload/workload.ts';

/** Calls that come besides the trace's own, as they are asked for. */
export interface BurstRequest {
  /** As it was written. */
  readonly text: string;
  readonly atUs: number;
  readonly forUs: number;
  /** At its highest, of all functions together. */
  readonly perSecond: number;
  /** A function's name, its app's or owner's and a slash before it where it is needed; `*`: all. */
  readonly functions: string;
  readonly shape: ShapeName;
}

const parameters = {
  at: finiteTimeUs('When it begins, from time 0.', {example: '4h'}),
  for: timeUs('How long it lasts.', {example: '60s'}),
  rate: text('rate', 'Calls a second at its highest, of all these functions together.', {example: '100000'}),
  functions: text('function', 'Whose calls: a name, or * for all, in proportion to their own.', {default: '*'}),
  shape: oneOf(Object.keys(shapes) as ShapeName[], 'How the rate goes.', {default: 'flat'}),
};

/** Reads `at=4h,for=60s,rate=100000[,functions=NAME|*][,shape=flat|ramp|triangle|decay]`; `what` names the flag. */
export function readBurst(given: string, what: string): BurstRequest {
  const said = `${what} is '${given}'`;
  const {at, for: forUs, rate, functions, shape} = parseValues(given, parameters, {name: 'burst', what, said});
  const perSecond = readRate(rate);
  if (perSecond === undefined) {
    throw usageError(`${said}: rate is '${rate}', must be calls a time above 0, such as 100000 or 6M/1m`);
  }
  if (!(forUs > 0 && forUs < Number.POSITIVE_INFINITY)) {
    throw usageError(`${said}: for is ${writtenTimeUs(forUs)}, must be above 0 and end`);
  }
  return {text: given, atUs: at, forUs, perSecond, functions, shape};
}

/** Calls of a burst: its rate over its time, by its shape, to the nearest whole one. */
export function callsOf({perSecond, forUs, shape}: Omit<BurstRequest, 'text'>): number {
  return Math.round(((perSecond * forUs) / US_PER_SECOND) * shapes[shape].mass);
}

/** The workload with bursts among its calls; `remark` is told how many they add. */
export function withBursts(
  workload: Workload,
  requests: readonly BurstRequest[],
  seed: number,
  remark: (line: string) => void,
): Workload {
  const {spanUs} = workload.meta;
  const bursts = requests.map((request): Burst => {
    const {text: given, atUs, forUs, shape} = request;
    if (atUs + forUs > spanUs) {
      throw usageError(
        `--burst is '${given}', which ends at ${writtenTimeUs(atUs + forUs)}, after the workload does`,
        `it lasts ${writtenTimeUs(spanUs)}`,
      );
    }
    return {atUs, forUs, shape, calls: callsOf(request), weight: weightsOf(workload, request)};
  });
  const {meta, ...whole} = addBursts(workload, bursts, seed);
  const many = requests.length === 1 ? 'a burst adds' : `${requests.length} bursts add`;
  remark(`${many} ${formatCount(meta.burstCalls!)} calls`);
  return {...whole, meta};
}

/** What part of a burst each function has: its own calls over the trace, or equal parts where none of those named has any. */
function weightsOf(workload: Workload, {functions, text: given}: BurstRequest): Float64Array {
  const named = namedIn(workload, functions);
  if (!named.includes(1)) {
    const near = nearest(
      functions,
      Array.from({length: Math.min(workload.functions, 100_000)}, (_, f) => workload.name.at(f)),
    );
    throw inputError(
      'the workload',
      `has no function '${functions}', which --burst '${given}' names`,
      near === undefined ? 'functions=* means all of them' : `did you mean ${near}?`,
    );
  }
  const weight = named.map((is, f) => (is === 0 ? 0 : invocationsOf(workload, f)));
  return Float64Array.from(weight.some((its) => its > 0) ? weight : named);
}

/** 1 for each function that the name means: by itself, or after its app, or its owner and app, and slashes. */
function namedIn({functions, name, app, owner}: Workload, given: string): Float64Array {
  if (given === '*') return new Float64Array(functions).fill(1);
  return Float64Array.from({length: functions}, (_, f) => {
    const own = name.at(f);
    if (!given.endsWith(own)) return 0;
    const its = `${app.values[app.id[f]!]}/${own}`;
    return given === own || given === its || given === `${owner.values[owner.id[f]!]}/${its}` ? 1 : 0;
  });
}
