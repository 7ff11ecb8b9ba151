import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {US_PER_MINUTE, US_PER_SECOND} from '../../src/base/units.ts';
import {coldTimes} from '../../src/fleet/cold-time/registry.ts';
import type {Ledger} from '../../src/replay/ledger.ts';
import type {ReplayOptions} from '../../src/replay/options.ts';
import {isBound} from '../../src/replay/policies/policy.ts';
import {policies as everyPolicy} from '../../src/replay/policies/registry.ts';
import {replayReport} from '../../src/replay/report/replay-report.ts';
import {replay, replayStages} from '../../src/replay/run/replay.ts';
import {type SemanticsName, semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import {int64At, type Workload} from '../../src/workload/workload.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {eventWorkload, minuteWorkload} from '../helpers/workload.ts';

const {POSITIVE_INFINITY} = Number;

function counts(seed: number): Workload {
  const random = new Random(seed);
  const rows = Array.from({length: 40}, (_, f) =>
    Array.from({length: 12}, (_, minute) => ({
      function: `f${f}`,
      app: `a${f % 7}`,
      owner: `o${f % 3}`,
      memoryMib: 100 + 10 * (f % 5),
      minute,
      count: random.below(3) === 0 ? random.below(f % 4 === 0 ? 200 : 6) : 0,
    })).filter(({count}) => count > 0),
  ).flat();
  return minuteWorkload(rows, [0, 12]);
}

function events(seed: number): Workload {
  const random = new Random(seed);
  return eventWorkload(
    Array.from({length: 2500}, () => ({
      function: `f${random.below(40)}`,
      app: `a${random.below(2)}`,
      at: random.below(12 * 60) * US_PER_SECOND + random.below(3) * 1000,
      duration: random.below(3000) * 1000,
      cold: random.below(900) * 1000,
    })),
  );
}

function optionsFor(workload: Workload, given: Partial<ReplayOptions> = {}): ReplayOptions {
  return testOptions(workload, {
    fleet: {count: 4, slots: 12, memoryMib: 2048},
    placement: placements.parse('least-loaded'),
    cold: coldTimes.parse('lognormal:median=1.35s,sigma=1.326'),
    maxWaitUs: 5 * US_PER_SECOND,
    ...given,
  });
}

// What every policy must hold; those that need a file or forecasts, and bounds, are tested by themselves.
const policies = everyPolicy.parts.filter((policy) => !(isBound(policy) || policy.prepare)).map(({name}) => name);

async function ledgerOf(workload: Workload, policy: string, options: ReplayOptions): Promise<Ledger> {
  return (await replay(workload, [parsePolicy(policy)], options))[0]!;
}

/** All that a ledger says, as plain data. */
function plain(ledger: Ledger) {
  const functions = Object.entries(ledger.functions).map(([name, column]) => [name, [...column]]);
  const {counts: totals, startDelay, coldTime, queueWait, peakSlots, peakMemoryMib} = ledger;
  return {
    totals,
    functions,
    peakSlots,
    peakMemoryMib,
    delays: [startDelay.toJSON(), coldTime.toJSON(), queueWait.toJSON()],
    delaysByRow: ledger.delaysByRow().columns(),
  };
}

/** The workload as it was known at `cutUs`: the same functions, later calls gone. */
function cutAt(workload: Workload, cutUs: number): Workload {
  const {arrivals} = workload;
  const list = arrivals.kind === 'event' ? arrivals.arrivalUs : arrivals.minute;
  const timeOf = (at: number) =>
    arrivals.kind === 'event' ? int64At(arrivals.arrivalUs.values, at) : arrivals.minute.values[at]! * US_PER_MINUTE;
  const length = list.length.map((n, f) => {
    let kept = 0;
    while (kept < n && timeOf(list.start[f]! + kept) < cutUs) kept++;
    return kept;
  });
  const shorter = Object.fromEntries(
    Object.entries(arrivals).map(([name, column]) => [name, typeof column === 'object' ? {...column, length} : column]),
  ) as unknown as typeof arrivals;
  return {...workload, arrivals: shorter};
}

const workloads = {counts: counts(1), events: events(2)};

describe.each(policies)('policy %s', (policy) => {
  test.each(Object.entries(workloads))('tells the same twice, call for call: %s', async (_, workload) => {
    const options = optionsFor(workload);
    const report = (ledger: Ledger) => JSON.stringify(replayReport(workload, [ledger], options, 10));
    const [one, other] = [await ledgerOf(workload, policy, options), await ledgerOf(workload, policy, options)];
    expect(plain(one)).toEqual(plain(other));
    expect(report(one)).toBe(report(other));
  });

  test.each(Object.entries(workloads))('knows nothing of what comes later: %s', async (_, workload) => {
    for (const untilUs of [US_PER_MINUTE, 5 * US_PER_MINUTE + 1_234_567, 9 * US_PER_MINUTE]) {
      // The cut trace ends with the minute, the replay where it is told to.
      const options = optionsFor(workload, {untilUs});
      const early = plain(await ledgerOf(cutAt(workload, untilUs), policy, options));
      expect(plain(await ledgerOf(workload, policy, options))).toEqual(early);
    }
  });

  // A bound knows when the replay ends; calls that wait for pods wait on from stage to stage.
  test.skipIf(everyPolicy.named(policy).kind === 'bound' || policy === 'knative').each(Object.entries(workloads))(
    'told in stages tells what replays from one to the next tell: %s',
    async (_, workload) => {
      const at = [2, 3, 8].map((minute) => minute * US_PER_MINUTE);
      const options = optionsFor(workload, {
        fleet: {count: 1, slots: POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY},
        fromUs: US_PER_MINUTE,
        cells: 2,
      });
      const [stages] = await replayStages(workload, [parsePolicy(policy)], options, at);
      for (const [stage, ledger] of stages!.entries()) {
        const [fromUs, untilUs] = [at[stage - 1] ?? options.fromUs, at[stage] ?? options.untilUs];
        const alone = await ledgerOf(workload, policy, {...options, fromUs, untilUs});
        // Of stages, peaks are the sums of the cells'.
        const peaks = {peakSlots: 0, peakMemoryMib: 0};
        expect({...plain(ledger), ...peaks}).toEqual({...plain(alone), ...peaks});
      }
    },
  );

  test('holds under every set of semantics, full or not, counted from anywhere', async () => {
    for (const semantics of Object.keys(semanticsPresets) as SemanticsName[]) {
      for (const [name, workload] of Object.entries(workloads)) {
        for (const fleet of [
          {count: 1, slots: POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY},
          {count: semantics === 'faascache' ? 1 : 3, slots: POSITIVE_INFINITY, memoryMib: 700},
        ]) {
          const options = optionsFor(workload, {
            semantics: semanticsPresets[semantics],
            fleet,
            fromUs: 3 * US_PER_MINUTE,
          });
          // A replay checks its own invariants as it ends.
          const {counts: totals} = await ledgerOf(workload, policy, options);
          expect(totals.warm + totals.cold, `${semantics} ${name}`).toBeGreaterThan(0);
        }
      }
    }
  });
});

test('policies replayed together tell what each tells alone', async () => {
  const workload = workloads.counts;
  const options = optionsFor(workload);
  const together = await replay(workload, policies.map(parsePolicy), options);
  for (const [k, policy] of policies.entries()) {
    expect(plain(together[k]!)).toEqual(plain(await ledgerOf(workload, policy, options)));
    expect(together[k]!.policy).toBe(policy);
  }
});

describe('the counted part', () => {
  test('parts of the span add up to the whole: every slot-second and call is in exactly one', async () => {
    for (const workload of Object.values(workloads)) {
      const spanUs = workload.meta.spanUs;
      const fleet = {count: 1, slots: POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY};
      const cuts = [0, 3 * US_PER_MINUTE + 7, 8 * US_PER_MINUTE, spanUs];
      const whole = await ledgerOf(workload, 'fixed:ttl=20s', optionsFor(workload, {fleet}));
      const parts: Ledger[] = [];
      for (let k = 0; k + 1 < cuts.length; k++) {
        const options = optionsFor(workload, {fleet, fromUs: cuts[k]!, untilUs: cuts[k + 1]!});
        parts.push(await ledgerOf(workload, 'fixed:ttl=20s', options));
      }
      for (const name of ['invocations', 'warm', 'cold', 'firstStarts', 'expirations'] as const) {
        expect(parts.reduce((sum, part) => sum + part.counts[name], 0)).toBe(whole.counts[name]);
      }
      for (const name of ['calls', 'cold', 'busyUs', 'idleUs', 'startingUs'] as const) {
        const sums = whole.functions[name].map((_, row) =>
          parts.reduce((sum, part) => sum + part.functions[name][row]!, 0),
        );
        expect([...sums]).toEqual([...whole.functions[name]]);
      }
    }
  });
});

test('none is cold every time, infinite only where it must be', async () => {
  for (const workload of Object.values(workloads)) {
    const options = optionsFor(workload, {fleet: {count: 1, slots: POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY}});
    const none = await ledgerOf(workload, 'none', options);
    expect(none.counts.cold).toBe(none.counts.invocations);
    expect(none.functions.idleUs.every((us) => us === 0)).toBe(true);
    const infinite = await ledgerOf(workload, 'infinite', options);
    // On a fleet without limits an instance is opened only when all of its function are in use: peak concurrency.
    expect(infinite.counts.cold).toBe(infinite.peakSlots);
    expect(infinite.counts.expirations).toBe(0);
  }
});
