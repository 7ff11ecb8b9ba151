import {type Interfaces, Parser} from '@oclif/core';
import {describe, expect, test} from 'vitest';
import {seedFlag} from '../../../src/commands/flags/common-flags.ts';
import {planFlags, planSettings} from '../../../src/commands/flags/plan-flags.ts';
import {readPlatform} from '../../../src/commands/flags/platform-flags.ts';
import {replayFlags, replayOptions} from '../../../src/commands/flags/replay-flags.ts';
import {trainFlags, trainOptions} from '../../../src/commands/flags/train-flags.ts';
import {readValues} from '../../../src/commands/flags/value-flags.ts';
import {flaggedPrices, priceFields} from '../../../src/cost/prices.ts';
import {namedPriceSheet} from '../../../src/cost/sheets.ts';
import {semanticsPresets} from '../../../src/scheduler/core/semantics.ts';

/** What is asked for on the command line, and which settings it changes: paths and their values. */
type Row = readonly [line: string, changes: Readonly<Record<string, unknown>>];

/** The settings that a command line makes. */
type Settings = (line: string) => Promise<object>;

function settingsBy<F extends Interfaces.FlagInput>(
  definitions: F,
  settings: (flags: Interfaces.InferredFlags<F>) => object,
): Settings {
  return async (line) => {
    const {flags} = await Parser.parse(line.split(' ').filter(Boolean), {flags: definitions});
    return settings(readValues(definitions, flags) as Interfaces.InferredFlags<F>);
  };
}

/** `settings` with the element at each path set. */
function changed(settings: object, changes: Row[1]): object {
  const copy = structuredClone(settings) as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    const inner = keys.reduce((at, key) => at[key] as Record<string, unknown>, copy);
    inner[last] = value;
  }
  return copy;
}

/** Each flag changes what its row says and nothing else, and every flag has a row. */
function describeFlags(title: string, flags: readonly string[], settings: Settings, rows: readonly Row[]): void {
  describe(title, () => {
    test.each(rows)('%s', async (line, changes) => {
      expect(await settings(line)).toEqual(changed(await settings(''), changes));
    });

    test('every flag is heard', () => {
      const asked = rows.flatMap(([line]) => line.split(' ')).filter((word) => word.startsWith('--'));
      const heard = new Set(asked.map((word) => word.slice(2)));
      expect(flags.filter((flag) => !heard.has(flag))).toEqual([]);
    });
  });
}

const withSeed = {...replayFlags, ...seedFlag};
const prices: readonly Row[] = [
  ['--prices aws-lambda', {prices: namedPriceSheet('aws-lambda')}],
  ...flaggedPrices.map(
    (name, i): Row => [
      `--${priceFields[name].flag} ${i + 2}`,
      {[`prices.${name}`]: i + 2, 'prices.origin.given': [name]},
    ],
  ),
  // An override of 0 is one.
  ['--delay-usd-per-hour 0', {'prices.delayUsdPerHour': 0, 'prices.origin.given': ['delayUsdPerHour']}],
  ['--price-factor 2', {'prices.warmUsdPerSlotDay': 0.02, 'prices.origin.sheet': 'seed x 2'}],
  ['--price billingStepMs=100', {'prices.billingStepMs': 100, 'prices.origin.given': ['billingStepMs']}],
];

const fixedTwoSeconds = {text: 'fixed:2s', name: 'fixed', values: {time: 2e6, startCores: Number.POSITIVE_INFINITY}};

describeFlags('flags of a replay', Object.keys(withSeed), settingsBy(withSeed, replayOptions), [
  ['--slots 4', {'fleet.slots': 4}],
  ['--memory 2GiB', {'fleet.memoryMib': 2048}],
  ['--hosts 3 --slots 4 --memory 2GiB', {fleet: {count: 3, slots: 4, memoryMib: 2048}}],
  ['--cells 2', {cells: 2}],
  ['--placement best-fit', {placement: {text: 'best-fit', name: 'best-fit', values: {}}}],
  ['--full drop', {'semantics.full': 'drop'}],
  ['--concurrency 10', {concurrency: 10}],
  ['--queue fifo', {queue: {text: 'fifo', name: 'fifo', values: {}}}],
  ['--coalesce', {queue: {text: 'warm-first', name: 'warm-first', values: {}}, coalesce: true}],
  ['--evict eager', {'semantics.evict': 'eager'}],
  ['--engine events', {engine: 'events'}],
  ['--concurrency 0', {concurrency: Number.POSITIVE_INFINITY}],
  ['--max-wait 1m', {maxWaitUs: 60e6}],
  ['--starts-per-host 3', {startsPerHost: 3}],
  ['--start-rate 2.5', {startsPerSecond: 2.5}],
  ['--start-rate 10/5s:burst=7,per=function', {startsPerSecond: 2, startBurst: 7, startsPerFunction: true}],
  ['--platform openwhisk:init=1', {platform: readPlatform('openwhisk:init=1', '--platform')}],
  ['--retry attempts=4,after=2s', {retry: {attempts: 4, afterUs: 2e6}}],
  // Read with the workload.
  ['--functions f.csv', {}],
  ['--calls-per-slot 10/s:burst=5', {pace: {perSecond: 10, burst: 5}}],
  [
    '--routing sticky:bound=1.5 --state store --state-costs read=1ms,budget=50ms --world pull:ttl=1s',
    {
      sessions: {
        routing: {by: 'session', bound: 1.5},
        state: {
          ...{place: 'store', reads: 1, writes: 1, readUs: 1e3, writeUs: 500, localUs: 50, loadUs: 1e3},
          ...{recovery: 'store', behindUs: 2e6},
        },
        world: {
          ...{by: 'pull', ttlUs: 1e6, readUs: 500, delayUs: 0, everyUs: 1e5},
          ...{deltaBytes: 1000, worldBytes: 1e5},
        },
        ...{passivateUs: Number.POSITIVE_INFINITY, detectUs: 3e6, networkUs: 0, budgetUs: 5e4},
      },
    },
  ],
  // What they say of functions is known with the workload.
  ['--cores 4 --contention f.json', {}],
  ['--semantics dslab', {semantics: semanticsPresets.dslab}],
  ['--ties arrivals-first', {'semantics.ties': 'arrivals-first'}],
  ['--reuse oldest', {'semantics.reuse': 'oldest'}],
  ['--ttl-from first-idle', {'semantics.ttlFrom': 'first-idle'}],
  ['--ttl-inclusive', {'semantics.ttlInclusive': true}],
  ['--late-binding', {'semantics.lateBinding': true}],
  ['--evict-until newcomer-size', {'semantics.evictUntil': 'newcomer-size'}],
  // A single flag goes before the preset that it stands beside.
  [
    '--semantics dslab --no-late-binding --full queue',
    {semantics: {...semanticsPresets.dslab, lateBinding: false, full: 'queue'}},
  ],
  ['--spread even', {spread: 'even'}],
  ['--cold fixed:2s', {cold: fixedTwoSeconds}],
  ['--default-duration 250ms', {defaultDurationUs: 250_000}],
  ['--default-memory 1GiB', {defaultMemoryMib: 1024}],
  ['--from 4h', {fromUs: 4 * 3600e6}],
  ['--timeout 30s', {timeoutUs: 30e6}],
  ['--free-tier', {freeTier: true}],
  [
    '--checkpoint every=30s,save=1s,restore=2s,resume=500ms,yield=always',
    {checkpoint: {everyUs: 30e6, saveUs: 1e6, restoreUs: 2e6, resumeUs: 0.5e6, yieldsAlways: true}},
  ],
  [
    '--fail hosts=2,at=10m,for=5m --fail start-rate=100,at=1m,for=3s',
    {
      faults: [
        {kind: 'hosts', count: 2, atUs: 600e6, forUs: 300e6, work: 'lose'},
        {kind: 'start-rate', perSecond: 100, atUs: 60e6, forUs: 3e6},
      ],
    },
  ],
  ['--until 8h', {untilUs: 8 * 3600e6}],
  ['--engine lanes', {engine: 'lanes'}],
  // What it stands for is filled in before settings are made: presets.test.ts.
  ['--preset meta', {}],
  ['--initial warm', {warmUpUs: 60e6}],
  ['--warm-up 3m', {warmUpUs: 180e6}],
  ['--initial warm --warm-up 2m', {warmUpUs: 120e6}],
  ['--seed 7', {seed: 7}],
  ...prices,
]);

const planWithSeed = {...planFlags, ...seedFlag};
const planned = Object.keys(planWithSeed).filter(
  (name) => !['forecast', 'events', 'limits', 'teams', 'platform', 'functions'].includes(name),
);

// Files are read by the command itself.
describeFlags('flags of a plan', planned, settingsBy(planWithSeed, planSettings), [
  ['--objective worst-team', {objective: 'worst-team'}],
  ['--p99-start-ms 200', {p99StartUs: 200_000}],
  ['--train-until 4h', {trainUntilUs: 4 * 3600e6}],
  ['--window 1h', {windowUs: 3600e6}],
  ['--cycle week', {profile: 'week'}],
  ['--curve poisson', {curve: 'poisson'}],
  ['--model recent', {model: 'recent'}],
  ['--default-duration 250ms', {defaultDurationUs: 250_000}],
  ['--default-memory 1GiB', {defaultMemoryMib: 1024}],
  ['--cold fixed:2s', {cold: fixedTwoSeconds}],
  ['--hosts 3 --slots 4 --memory 2GiB', {fleet: {count: 3, slots: 4, memoryMib: 2048}}],
  ['--cells 2', {cells: 2}],
  ['--budget-slots 0', {'budgets.slots': 0}],
  ['--budget-memory 2GiB', {'budgets.memoryMib': 2048}],
  ['--budget-usd-per-day 1.5', {'budgets.usdPerDay': 1.5}],
  ['--fair', {fair: true}],
  ['--rest keep', {rest: {text: 'keep', name: 'keep', values: {}}}],
  ['--spill 1m', {rest: {text: 'fixed:ttl=1m', name: 'fixed', values: {ttl: 60e6}}}],
  ['--start-rate 2.5', {startsPerSecond: 2.5, startRate: {perSecond: 2.5, burst: 1, perFunction: false}}],
  ['--concurrency 10', {concurrency: 10}],
  ['--no-timers', {timers: undefined}],
  ['--no-trials', {tries: false}],
  ['--trials', {}],
  ['--timers', {}],
  ['--jitter 3s', {'timers.jitterUs': 3e6}],
  ['--smear 10s', {'timers.smearUs': 10e6}],
  ['--smear-owners a,b', {'timers.smearOwners': ['a', 'b']}],
  ['--seed 7', {seed: 7}],
  ...prices,
]);

const trainWithSeed = {...trainFlags, ...seedFlag};

describeFlags('flags of training', Object.keys(trainWithSeed), settingsBy(trainWithSeed, trainOptions), [
  ['--horizon 5m', {horizons: [1, 2, 5]}],
  ['--quantiles 0.5,0.75', {quantiles: [0.5, 0.75]}],
  ['--features weekday', {features: ['weekdaySine', 'weekdayCosine', 'weekend']}],
  ['--hidden 8,4', {hidden: [8, 4]}],
  ['--epochs 3', {epochs: 3}],
  ['--rows-per-epoch 2048', {rowsPerEpoch: 2048}],
  ['--batch 64', {batchRows: 64}],
  ['--learning-rate 0.5', {learningRate: 0.5}],
  ['--augment 1', {augment: 1}],
  ['--validation-share 0.25', {validationShare: 0.25}],
  ['--patience 2', {patience: 2}],
  ['--seed 7', {seed: 7}],
]);
