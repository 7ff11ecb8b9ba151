import {LabelTable, numberedColumn, numberedTexts} from '../columns.ts';
import type {LabelColumn} from '../workload.ts';
import {layOutApps} from './app-layout.ts';
import {azureCallsPerDay} from './azure-rates.ts';
import {drawDurations} from './lognormal-durations.ts';
import {drawMemory} from './memory.ts';
import type {Population} from './population.ts';
import {rankByRate} from './rate-ranks.ts';
import {streamOf} from './streams.ts';
import {drawTriggers, triggerNames} from './triggers.ts';
import {MODEL_SHAPES, modelShapes} from './weekly-shape.ts';

/** Mean execution time over the calls of Azure's trace of 2021; the 2019 trace does not say. */
const MEAN_DURATION_MS = 3348;
const TIMER = triggerNames.indexOf('timer');

/** Timers that fire late now and then, and how often. */
const UNPUNCTUAL_TIMERS = 0.7;
const LATE_SHARE = 0.25;
/** Other functions that somebody calls by the clock: no busier than once a minute. */
const POLLED_SHARE = 0.22;
const MAX_POLLS_PER_DAY = 1440;
/** Functions without any burst; the others' burstiness is lognormal. */
const STEADY_SHARE = 0.33;
const BURSTINESS_MEDIAN = 3;
const BURSTINESS_SIGMA = 0.8;
/** Bursts last ten minutes. */
const PERSISTENCE = 0.905;

/** A Monday, so that weekends are where the shapes have them. */
const startTime = '2024-07-01T00:00:00.000Z';

/**
 * A population like that of Azure Functions in 2019, of any size: rates, apps, triggers, durations and memory as in
 * Shahrad et al., "Serverless in the Wild" (USENIX ATC 2020) and the trace released with it; `owners` teams whose numbers
 * of apps follow Zipf's law.
 */
export function azurePopulation(functions: number, owners: number, seed: number): Population {
  const layout = layOutApps(functions, owners, seed);
  const trigger = drawTriggers(layout, functions, seed);
  const rateAt = (rank: number) => azureCallsPerDay(1 - (rank + 0.5) / functions);
  const order = rankByRate(layout, trigger, rateAt, seed);
  const callsPerDay = new Float64Array(functions);
  for (let rank = 0; rank < functions; rank++) callsPerDay[order[rank]!] = rateAt(rank);
  const memoryOfApp = drawMemory(layout.apps, seed);
  return {
    functions,
    name: numberedColumn('f', functions),
    app: {id: layout.appOf, values: numberedTexts('app', layout.apps)},
    owner: labels(layout.appOf, (app) => `team${layout.ownerOf[app]! + 1}`),
    trigger: labels(trigger, (id) => triggerNames[id]!),
    memoryMib: Float64Array.from(layout.appOf, (app) => memoryOfApp[app]!),
    callsPerDay,
    order,
    period: new Uint32Array(functions),
    phase: new Uint32Array(functions),
    persistence: new Float32Array(functions).fill(PERSISTENCE),
    ...drawBehaviour(trigger, callsPerDay, seed),
    shapes: modelShapes(),
    durations: (calls, meanMs) => drawDurations(order, calls, meanMs ?? MEAN_DURATION_MS, seed),
    clock: {startTime, originUs: Date.parse(startTime) * 1000, minuteOfWeek: 0},
    licence: '',
  };
}

function drawBehaviour(
  trigger: Uint8Array,
  callsPerDay: Float64Array,
  seed: number,
): Pick<Population, 'periodic' | 'lateShare' | 'burstiness' | 'shape'> {
  const functions = trigger.length;
  const periodic = new Uint8Array(functions);
  const [lateShare, burstiness] = [new Float32Array(functions), new Float32Array(functions)];
  const shape = new Int32Array(functions);
  for (let f = 0; f < functions; f++) {
    const random = streamOf(seed, 'behaviour', f);
    shape[f] = random.below(MODEL_SHAPES);
    const kind = random.next();
    if (trigger[f] === TIMER) {
      periodic[f] = 1;
      lateShare[f] = kind < UNPUNCTUAL_TIMERS ? LATE_SHARE : 0;
    } else if (kind < POLLED_SHARE && callsPerDay[f]! <= MAX_POLLS_PER_DAY) periodic[f] = 1;
    else if (random.next() >= STEADY_SHARE)
      burstiness[f] = BURSTINESS_MEDIAN * Math.exp(BURSTINESS_SIGMA * random.normal());
  }
  return {periodic, lateShare, burstiness, shape};
}

function labels(ids: Int32Array | Uint8Array, name: (id: number) => string): LabelColumn {
  const table = new LabelTable();
  const known = new Map<number, number>();
  const labelOf = (id: number): number => {
    const label = known.get(id) ?? table.idOf(name(id));
    known.set(id, label);
    return label;
  };
  return {id: Int32Array.from(ids, labelOf), values: table.values};
}
