import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {readPlatform} from '../../../src/commands/flags/platform-flags.ts';
import {namedPriceSheet} from '../../../src/cost/sheets.ts';
import {coldTimes} from '../../../src/fleet/cold-time/registry.ts';
import type {FunctionSettings} from '../../../src/fleet/settings/columns.ts';
import type {ReplayOptions} from '../../../src/replay/options.ts';
import {replayReport} from '../../../src/replay/report/replay-report.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import {semanticsPresets} from '../../../src/scheduler/core/semantics.ts';
import {onPlatform} from '../../../src/tasks/on-platform.ts';
import {type NaiveCall, type NaiveFunction, NaivePlatform, type NaiveRules} from '../../helpers/naive-platforms.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {eventWorkload} from '../../helpers/workload.ts';

const SECOND = 1e6;
const TTL = 20 * SECOND;

/** What a platform is asked to do with a random workload, told to both sides. */
interface Case {
  readonly platform: string;
  readonly functions: readonly (NaiveFunction & {readonly app?: string; readonly trigger?: string})[];
  /** The same as the naive side has it, where that is not what is told. */
  readonly naive?: readonly NaiveFunction[];
  readonly calls: readonly NaiveCall[];
  readonly rules: Omit<NaiveRules, 'functions' | 'until' | 'ttl'>;
  readonly options?: Partial<ReplayOptions>;
}

/** Calls of functions at times and for durations of whole steps, which come together the more often the larger they are. */
function callsAtRandom(random: Random, functions: number, count: number, stepUs: number): NaiveCall[] {
  const steps = (upTo: number): number => random.below(Math.ceil(upTo / stepUs)) * stepUs;
  const calls = Array.from({length: count}, () => ({
    ...{fn: random.below(functions), at: steps(100 * SECOND)},
    ...{duration: steps(8 * SECOND), cold: stepUs + steps(3 * SECOND)},
  }));
  return calls.sort((a, b) => a.at - b.at || a.fn - b.fn);
}

/** Both sides of a case, as numbers that must agree to the last unit. */
async function bothSides({platform, functions, naive: naiveOf, calls, rules, options: given}: Case) {
  const workload = eventWorkload([
    ...calls.map(({fn, at, duration, cold}) => ({
      ...{function: `f${fn}`, at, duration, cold, memoryMib: functions[fn]!.memoryMib},
      ...{app: functions[fn]!.app ?? `a${fn}`, trigger: functions[fn]!.trigger ?? 'queue'},
    })),
  ]);
  const row = Array.from({length: workload.functions}, (_, k) => Number(workload.name.at(k).slice(1)));
  const column = (name: 'min' | 'reserved' | 'places', none: number): Float64Array =>
    Float64Array.from(row, (fn) => functions[fn]![name] ?? none);
  const settings: FunctionSettings = {
    numbers: {
      min: column('min', 0),
      reserved: column('reserved', Number.NaN),
      concurrency: column('places', Number.NaN),
    },
    labels: {},
    quotas: [],
  };
  const changes = (rules.schedule ?? []).filter(({fn}) => row.includes(fn));
  const played = onPlatform({
    workload,
    options: testOptions(workload, {
      platform: {...readPlatform(platform, '--platform'), assumed: ['concurrency']},
      prices: namedPriceSheet('lambda')!,
      cold: coldTimes.parse('trace'),
      semantics: {...semanticsPresets.coldfront, full: 'drop'},
      settings,
      minimums: rules.schedule && {
        atUs: Float64Array.from(changes, ({at}) => at),
        row: Int32Array.from(changes, ({fn}) => row.indexOf(fn)),
        min: Int32Array.from(changes, ({min}) => min),
      },
      ...given,
    }),
  });
  const policy = parsePolicy(`fixed:ttl=${TTL / SECOND}s`);
  const {meta} = workload;
  const [ledger] = await replay(played.workload, [policy], played.options);
  const report = replayReport(played.workload, [ledger!], played.options, 0).runs[0]!;
  const sum = (column: Float64Array | undefined): number => (column ?? new Float64Array(0)).reduce((a, b) => a + b, 0);
  // What is not called is not in the trace, and keeps nothing.
  const known = (naiveOf ?? functions).map(
    (one, fn) => (row.includes(fn) ? one : {...one, min: 0, reserved: undefined}) as NaiveFunction,
  );
  const naive = new NaivePlatform({...rules, schedule: changes, functions: known, ttl: TTL, until: meta.spanUs}, calls);
  return {
    found: {
      warm: report.warm,
      cold: report.cold,
      throttled: report.throttled,
      peak: report.peakSlots,
      delayUs: ledger!.startDelay.sum,
      busyUs: sum(ledger!.functions.busyUs),
      idleUs: sum(ledger!.functions.idleUs),
      startingUs: sum(ledger!.functions.startingUs),
      keptBusyUs: sum(ledger!.billed?.keptBusyUs),
      keptIdleUs: sum(ledger!.billed?.keptIdleUs),
      keptCalls: sum(ledger!.billed?.keptCalls),
      hostUs: ledger!.hosts?.usedUs ?? 0,
    },
    expected: {
      warm: naive.warm,
      cold: naive.cold,
      throttled: naive.throttled,
      peak: naive.peak,
      delayUs: naive.delays.reduce((a, b) => a + b, 0),
      busyUs: naive.us.busy,
      idleUs: naive.us.idle,
      startingUs: naive.us.starting,
      keptBusyUs: naive.us.keptBusy,
      keptIdleUs: naive.us.keptIdle,
      keptCalls: naive.keptCalls,
      hostUs: ledger!.hosts === undefined ? 0 : naive.us.hosts,
    },
  };
}

const SEEDS = Array.from({length: 40}, (_, k) => k + 1);

async function sweep(make: (random: Random) => Case): Promise<void> {
  let [throttled, spilled] = [0, 0];
  for (const seed of SEEDS) {
    const {found, expected} = await bothSides(make(new Random(seed)));
    expect({seed, ...found}).toEqual({seed, ...expected});
    throttled += found.throttled;
    spilled += found.cold;
  }
  expect(throttled + spilled).toBeGreaterThan(SEEDS.length);
}

describe('a naive simulation, one object a call, agrees', () => {
  test.each([1, 100_000])('on the account limit with reservations and 429, in steps of %i us', async (stepUs) => {
    await sweep((random) => {
      const functions = Array.from({length: 5}, (_, fn) => ({
        memoryMib: 512,
        ...(fn < 2 && random.below(2) === 0 && {reserved: 1 + random.below(3)}),
        ...(fn > 2 && random.below(3) === 0 && {min: 1 + random.below(2)}),
      }));
      const account = 4 + random.below(12);
      return {
        platform: `lambda:account=${account}`,
        functions,
        calls: callsAtRandom(random, 5, 150, stepUs),
        rules: {account},
      };
    });
  });

  test.each([1, 100_000])(
    'on provisioned concurrency that changes, with spill-over within the account, in steps of %i us',
    async (stepUs) => {
      await sweep((random) => {
        const functions = Array.from({length: 3}, () => ({memoryMib: 1024, min: random.below(3)}));
        const account = 5 + random.below(8);
        const schedule = Array.from({length: 6}, (_, k) => ({
          ...{at: (5 + k * 15 + random.below(10)) * SECOND, fn: random.below(3), min: random.below(5)},
        }));
        return {
          platform: `lambda:account=${account}`,
          functions,
          calls: callsAtRandom(random, 3, 200, stepUs),
          rules: {account, schedule},
        };
      });
    },
  );

  test("on OpenWhisk's stem cells, on endless hosts that are filled first to last", async () => {
    await sweep((random) => {
      const functions = Array.from({length: 6}, () => ({memoryMib: [256, 256, 512, 128][random.below(4)]!}));
      const [count, init] = [random.below(4), random.below(11) / 10];
      return {
        platform: `openwhisk:stem-cells=${count},init=${init},pause-grace=1h`,
        functions,
        calls: callsAtRandom(random, 6, 150, 1),
        rules: {hostMib: 2048, stemCells: {count, mib: 256, init}, pause: {grace: 3600 * SECOND, resume: 0}},
        options: {
          fleet: {count: Number.POSITIVE_INFINITY, slots: Number.POSITIVE_INFINITY, memoryMib: 2048},
          prices: namedPriceSheet('knative')!,
        },
      };
    });
  });

  test('on containers that are paused after a grace and take time to go on', async () => {
    await sweep((random) => {
      const [grace, resume] = [random.below(30) * 100_000, random.below(500_000)];
      const options = {prices: namedPriceSheet('knative')!};
      return {
        platform: `openwhisk:stem-cells=0,pause-grace=${grace}us,resume=${resume}us`,
        functions: Array.from({length: 3}, () => ({memoryMib: 256})),
        calls: callsAtRandom(random, 3, 150, [1, 100_000][random.below(2)]!),
        rules: {pause: {grace, resume}},
        options,
      };
    });
  });

  test("on Azure's groups: http functions of an app share instances, the others have their own", async () => {
    await sweep((random) => {
      const http = 1 + random.below(5);
      const apps = Array.from({length: 8}, () => ({
        ...{app: `a${random.below(2)}`, trigger: ['http', 'queue'][random.below(2)]!, memoryMib: 512},
        ...(random.below(4) === 0 && {min: 1}),
      }));
      const calls = callsAtRandom(random, 8, 200, 1);
      const called = (fn: number): boolean => calls.some((call) => call.fn === fn);
      // The first of an app in the order of the trace, which keeps what all of them keep.
      const order = [...new Set(calls.map(({fn}) => fn))];
      const leader = (fn: number): number =>
        apps[fn]!.trigger === 'http'
          ? order.find((other) => apps[other]!.trigger === 'http' && apps[other]!.app === apps[fn]!.app)!
          : fn;
      const grouped = apps.map((one, fn) => {
        if (!called(fn)) return {...one, min: 0};
        const group = order.filter((other) => leader(other) === leader(fn));
        const min = group.reduce((sum, other) => sum + (apps[other]!.min ?? 0), 0);
        return {
          ...one,
          servedBy: leader(fn),
          ...(one.trigger === 'http' && {places: http}),
          min: leader(fn) === fn ? min : 0,
        };
      });
      return {
        platform: `azure-flex:http=${http}`,
        functions: apps.map((one, fn) => (called(fn) ? one : {...one, min: 0})),
        calls,
        rules: {},
        naive: grouped,
      };
    });
  });
});
