import {Flags, type Interfaces} from '@oclif/core';
import type {Choice} from '../../base/part.ts';
import {US_PER_MS, writtenTimeUs} from '../../base/units.ts';
import {fleetOf} from '../../fleet/host-shape.ts';
import type {StartRate} from '../../fleet/start-rate.ts';
import {objectiveNames} from '../../plan/bounds/objectives.ts';
import {curveNames} from '../../plan/demand/demand.ts';
import {profileNames} from '../../plan/demand/planned-demand.ts';
import {rests} from '../../plan/plan-rest.ts';
import type {PlanSettings} from '../../plan/plan-workload.ts';
import {seedFlag} from './common-flags.ts';
import type {Parsed} from './filled-flags.ts';
import {valuesFor} from './platform-flags.ts';
import {eachSheet, priceFlags, pricesOf} from './prices.ts';
import {replayFlags} from './replay-flags.ts';
import {amountFlag, countFlag, sizeFlag, timeFlag, valueFlag} from './value-flags.ts';

const {platform, hosts, slots, memory, cells, concurrency, functions, cold} = replayFlags;
const namesFlag = valueFlag((text) => text.split(','));
const restFlag = valueFlag((text, flag) => rests.parse(text, flag));
const demandGroup = {helpGroup: 'DEMAND'};
const budgetGroup = {helpGroup: 'BUDGET'};
const shareGroup = {helpGroup: 'SHARES'};
const timeGroup = {helpGroup: 'TIME'};

/** Flags of `plan` besides those it shares with every command. */
export const planFlags = {
  platform: {
    ...platform,
    summary:
      "Size that platform's own settings instead, by replaying candidates: what is kept, by the clock on lambda; concurrency, target, window.",
  },
  objective: Flags.option({
    options: objectiveNames,
    default: 'dollars' as const,
    summary:
      'dollars: cold starts avoided less idle slots; requests: cold starts avoided; functions: the same, every function alike; worst-team.',
  })(),
  'p99-start-ms': amountFlag({
    helpValue: 'MS',
    summary: 'The cheapest plan that starts 99 % of all calls within this.',
  }),
  'train-until': timeFlag({
    helpValue: 'TIME',
    summary: 'Plan for what comes after it from what came before. [default: hindsight over the whole span]',
    ...demandGroup,
  }),
  window: timeFlag({helpValue: 'TIME', summary: 'Length of a window. [default: one window]', ...demandGroup}),
  cycle: Flags.option({
    options: profileNames,
    default: 'auto' as const,
    summary: 'Demand by time of day or week; auto with --train-until where history holds it twice.',
    ...demandGroup,
  })(),
  curve: Flags.option({
    options: ['auto', ...curveNames] as const,
    default: 'auto' as const,
    summary: 'Benefit of each further slot; auto takes what fits the function.',
    ...demandGroup,
  })(),
  forecast: Flags.string({
    helpValue: 'FILE',
    summary: 'Plan for what a forecast file expects, in the windows between its horizons.',
    exclusive: ['model', 'window', 'cycle', 'events'],
    ...demandGroup,
  }),
  model: Flags.string({
    helpValue: 'NAME|FILE',
    summary: 'The same, with a forecast made on the spot as of --train-until: an .onnx file or a baseline.',
    exclusive: ['forecast', 'window', 'events'],
    ...demandGroup,
  }),
  events: Flags.string({
    helpValue: 'FILE',
    summary:
      'Known bursts: CSV of start,ramp,duration,p50[,p90,p99,class]; or rate for p50, and all are calls a second besides.',
    ...demandGroup,
  }),
  'default-duration': replayFlags['default-duration'],
  'default-memory': replayFlags['default-memory'],
  cold,
  hosts,
  slots,
  memory,
  cells,
  concurrency,
  'budget-slots': countFlag(0)({
    summary: 'Instances kept at most: each slot is one, what is kept beyond them counts as it idles, on average.',
    ...budgetGroup,
  }),
  'budget-memory': sizeFlag({
    helpValue: 'SIZE',
    summary: 'Their memory at most, counted the same way.',
    ...budgetGroup,
  }),
  'budget-usd-per-day': amountFlag({
    helpValue: 'USD',
    summary: 'Cost of all idle time at most, of slots and beyond them; 0 idles nothing.',
    ...budgetGroup,
  }),
  functions: {...functions, ...shareGroup},
  limits: Flags.string({
    helpValue: 'FILE',
    summary: 'The same, but min, max and pin bound the slots of the plan and no replay.',
    ...shareGroup,
  }),
  teams: Flags.string({
    helpValue: 'FILE',
    summary: 'The same, such as owner[,team][,weight], and the budget is shared among teams.',
    ...shareGroup,
  }),
  fair: Flags.boolean({summary: 'Share the budget among owners, all of the same weight.', ...shareGroup}),
  rest: restFlag({
    helpValue: 'POLICY',
    summary: `What becomes of instances beyond the plan: ${rests.signatures().join(', ')}. [default: auto]`,
    ...timeGroup,
  }),
  spill: timeFlag({
    helpValue: 'TIME',
    summary: 'The same as --rest fixed:ttl=TIME.',
    exclusive: ['rest'],
    ...timeGroup,
  }),
  trials: Flags.boolean({
    allowNo: true,
    default: true,
    summary:
      'Try plans and policies inside the history, for what to expect and for --rest auto; without, auto is keep.',
    ...timeGroup,
  }),
  'start-rate': replayFlags['start-rate'],
  timers: Flags.boolean({
    allowNo: true,
    default: true,
    summary: 'Keep slots of functions called by the clock around their calls alone.',
    ...timeGroup,
  }),
  jitter: timeFlag({default: '1s', summary: 'How much earlier or later a timer may strike.', ...timeGroup}),
  smear: timeFlag({
    default: '0',
    summary: 'Spread timers of the same second over this time, where --smear-owners allows it.',
    ...timeGroup,
  }),
  'smear-owners': namesFlag({
    helpValue: 'OWNER,...',
    summary: 'Owners whose timers may be delayed; * for all.',
    ...timeGroup,
  }),
  ...priceFlags,
};

type PlanFlags = Interfaces.InferredFlags<typeof planFlags & typeof seedFlag>;

/** What the flags ask of the plan. */
export function planSettings(flags: PlanFlags): PlanSettings {
  return {
    objective: flags.objective,
    p99StartUs: (flags['p99-start-ms'] ?? Number.NaN) * US_PER_MS,
    trainUntilUs: flags['train-until'] ?? Number.POSITIVE_INFINITY,
    windowUs: flags.window ?? Number.POSITIVE_INFINITY,
    profile: flags.cycle,
    curve: flags.curve,
    model: flags.model,
    defaultDurationUs: flags['default-duration'],
    defaultMemoryMib: flags['default-memory'],
    cold: flags.cold,
    concurrency: flags.concurrency === 0 ? Number.POSITIVE_INFINITY : flags.concurrency,
    fleet: fleetOf(flags.hosts, flags.slots, flags.memory),
    cells: flags.cells,
    budgets: {
      slots: flags['budget-slots'] ?? Number.POSITIVE_INFINITY,
      memoryMib: flags['budget-memory'] ?? Number.POSITIVE_INFINITY,
      usdPerDay: flags['budget-usd-per-day'] ?? Number.POSITIVE_INFINITY,
    },
    fair: flags.fair,
    rest: flags.rest ?? restOfSpill(flags.spill),
    tries: flags.trials,
    startsPerSecond: startsOfFleet(flags['start-rate']),
    startRate: flags['start-rate'],
    timers: flags.timers
      ? {jitterUs: flags.jitter, smearUs: flags.smear, smearOwners: flags['smear-owners'] ?? []}
      : undefined,
    prices: pricesOf(flags),
    seed: flags.seed,
  };
}

/** A rate that each function has for itself keeps none of another's starts waiting. */
function startsOfFleet(rate: StartRate | undefined): number {
  return rate === undefined || rate.perFunction ? Number.POSITIVE_INFINITY : rate.perSecond;
}

function restOfSpill(spillUs: number | undefined): Choice {
  return rests.parse(spillUs === undefined ? 'auto' : `fixed:ttl=${writtenTimeUs(spillUs)}`);
}

/**
 * As `plan` plans with the flags that this command shares with it; its own objectives are asked of replays. `sheet`: by
 * which of several price sheets.
 */
export function plannedAs({flags: {'p99-start-ms': _, ...flags}, metadata}: Parsed, sheet?: number): PlanSettings {
  const definitions = {...planFlags, ...seedFlag};
  const values = valuesFor(definitions, {flags, metadata}) as PlanFlags;
  return planSettings(sheet === undefined ? values : eachSheet(values)[sheet]!);
}
