import {Flags} from '@oclif/core';
import {usageError} from '../../base/errors.ts';
import {parseSizeMib, parseTimeUs} from '../../base/units.ts';
import type {PriceSheet} from '../../cost/prices.ts';
import {objectiveNames} from '../../plan/bounds/objectives.ts';
import {curveNames} from '../../plan/demand/demand.ts';
import {profileNames} from '../../plan/demand/planned-demand.ts';
import {type ReplayFlagValues, replayFlags, replayOptions} from './replay-flags.ts';

const {hosts, slots, memory, cells, cold} = replayFlags;
const demandGroup = {helpGroup: 'DEMAND'};
const budgetGroup = {helpGroup: 'BUDGET'};
const shareGroup = {helpGroup: 'SHARES'};
const timeGroup = {helpGroup: 'TIME'};

/** Flags of `plan` besides those it shares with every command. */
export const planFlags = {
  objective: Flags.option({
    options: objectiveNames,
    default: 'dollars' as const,
    summary:
      'dollars: cold starts avoided less idle slots; requests: cold starts avoided; functions: the same, every function alike; worst-team.',
  })(),
  'p99-start-ms': Flags.string({
    helpValue: 'MS',
    summary: 'The cheapest plan that starts 99 % of all calls within this.',
  }),
  'train-until': Flags.string({
    helpValue: 'TIME',
    summary: 'Plan for what comes after it from what came before. [default: hindsight over the whole span]',
    ...demandGroup,
  }),
  window: Flags.string({helpValue: 'TIME', summary: 'Length of a window. [default: one window]', ...demandGroup}),
  profile: Flags.option({
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
    exclusive: ['model', 'window', 'profile', 'events'],
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
    summary: 'Known bursts: CSV of start,ramp,duration,p50[,p90,p99,class].',
    ...demandGroup,
  }),
  'default-duration': replayFlags['default-duration'],
  'default-memory': replayFlags['default-memory'],
  cold,
  hosts,
  slots,
  memory,
  cells,
  'budget-slots': Flags.integer({min: 0, summary: 'Slots kept at a time at most.', ...budgetGroup}),
  'budget-memory': Flags.string({helpValue: 'SIZE', summary: 'Memory of kept slots at most.', ...budgetGroup}),
  'budget-usd-per-day': Flags.string({helpValue: 'USD', summary: 'Cost of idle kept slots at most.', ...budgetGroup}),
  limits: Flags.string({
    helpValue: 'FILE',
    summary: 'Slots of single functions: CSV of function[,app,owner],min,max,pin.',
    ...shareGroup,
  }),
  teams: Flags.string({
    helpValue: 'FILE',
    summary: 'Share the budget among teams: CSV of owner[,team][,weight].',
    ...shareGroup,
  }),
  fair: Flags.boolean({summary: 'Share the budget among owners, all of the same weight.', ...shareGroup}),
  spill: Flags.string({
    default: 'auto',
    helpValue: 'TIME',
    summary: 'How long instances beyond the plan stay idle; auto is what pays for each function.',
    ...timeGroup,
  }),
  'start-rate': replayFlags['start-rate'],
  timers: Flags.boolean({
    allowNo: true,
    default: true,
    summary: 'Keep slots of functions called by the clock around their calls alone.',
    ...timeGroup,
  }),
  jitter: Flags.string({default: '1s', summary: 'How much earlier or later a timer may strike.', ...timeGroup}),
  smear: Flags.string({
    default: '0',
    summary: 'Spread timers of the same second over this time, where --smear-owners allows it.',
    ...timeGroup,
  }),
  'smear-owners': Flags.string({
    helpValue: 'OWNER,...',
    summary: 'Owners whose timers may be delayed; * for all.',
    ...timeGroup,
  }),
  prices: replayFlags.prices,
  'warm-usd-per-slot-day': replayFlags['warm-usd-per-slot-day'],
  'warm-usd-per-gb-second': replayFlags['warm-usd-per-gb-second'],
  'delay-usd-per-hour': replayFlags['delay-usd-per-hour'],
};

/** What oclif's parse returns for the flags above. */
export interface PlanFlagValues {
  objective: (typeof objectiveNames)[number];
  'p99-start-ms'?: string | undefined;
  'train-until'?: string | undefined;
  window?: string | undefined;
  profile: (typeof profileNames)[number];
  curve: 'auto' | (typeof curveNames)[number];
  forecast?: string | undefined;
  model?: string | undefined;
  events?: string | undefined;
  hosts?: number | undefined;
  slots?: number | undefined;
  memory?: string | undefined;
  cells: number;
  cold: string;
  'default-duration': string;
  'default-memory': string;
  'budget-slots'?: number | undefined;
  'budget-memory'?: string | undefined;
  'budget-usd-per-day'?: string | undefined;
  limits?: string | undefined;
  teams?: string | undefined;
  fair: boolean;
  spill: string;
  'start-rate'?: string | undefined;
  timers: boolean;
  jitter: string;
  smear: string;
  'smear-owners'?: string | undefined;
  seed: number;
}

/** Fleet, cold times and defaults as a replay with the same flags would take them. */
export function fleetOptions(flags: PlanFlagValues, prices: PriceSheet) {
  const asReplay: ReplayFlagValues = {
    ...flags,
    placement: 'first-fit',
    'max-wait': 'forever',
    semantics: 'coldfront',
    spread: 'uniform',
    from: '0',
  };
  return replayOptions(asReplay, prices, Number.POSITIVE_INFINITY);
}

/** Times and amounts of the flags, in the planner's units. */
export function planNumbers(flags: PlanFlagValues) {
  const time = (name: 'window' | 'spill' | 'jitter' | 'smear' | 'train-until', fallback: string): number =>
    parseTimeUs(flags[name] ?? fallback, `--${name}`);
  const amount = (name: 'p99-start-ms' | 'budget-usd-per-day', fallback: number): number => {
    const text = flags[name];
    if (text === undefined) return fallback;
    const value = Number(text);
    if (text.trim() === '' || !(value >= 0 && Number.isFinite(value))) {
      throw usageError(`--${name} is '${text}', must be a number >= 0`);
    }
    return value;
  };
  return {
    windowUs: time('window', 'forever'),
    trainUntilUs: time('train-until', 'forever'),
    /** NaN: as the prices suggest. */
    spillUs: flags.spill === 'auto' ? Number.NaN : time('spill', ''),
    jitterUs: time('jitter', '1s'),
    smearUs: time('smear', '0'),
    p99StartUs: amount('p99-start-ms', Number.NaN) * 1000,
    budgets: {
      slots: flags['budget-slots'] ?? Number.POSITIVE_INFINITY,
      memoryMib:
        flags['budget-memory'] === undefined
          ? Number.POSITIVE_INFINITY
          : parseSizeMib(flags['budget-memory'], '--budget-memory'),
      usdPerDay: amount('budget-usd-per-day', Number.POSITIVE_INFINITY),
    },
  };
}
