import {describe, expect, test} from 'vitest';
import {SimulatedCore} from '../../../src/tasks/tradeoff/core.ts';
import {failing, underTimeout} from '../../../src/tasks/tradeoff/long-jobs.ts';
import {drains, slotTime} from '../../../src/tasks/tradeoff/long-on-hosts.ts';
import {valuesOf} from '../../../src/tradeoff/answer-topic.ts';
import type {Compared} from '../../../src/tradeoff/compared.ts';
import {longRunning} from '../../../src/tradeoff/long-running/long-running.ts';

const values = (texts: Record<string, string>) => valuesOf(longRunning, texts);
const core = (seed = 1, threads = 1) => new SimulatedCore(seed, threads);

/** A render of two minutes on hosts that fail every twenty, 40 MB of state. */
const render = values({
  ...{timeout: '20s', job: '2m', short: '200ms', 'long-share': '.002', mtbf: '20m', slots: '64', 'slots-held': '20'},
  ...{state: '40MB', 'save-rate': '50MB/s', resume: '700ms', 'long-slot-share': '.05', 'wave-share': '.1'},
});

const hard = {mtbf: '2m', job: '6m', state: '0MB', timeout: '5m'};

function apart({law, replayed}: Compared): number {
  return Math.abs(replayed! - law!) / law!;
}

describe('tradeoff long-running --simulate', async () => {
  const failed = await failing(render, core());

  test('time lost to failures and to saving is the law of first order within 5 %, and the exact one within its error', () => {
    for (const row of failed) expect(apart(row), `${row.id} ${row.scenario ?? ''}`).toBeLessThan(0.05);
    const young = failed.find(({id}) => id === 'E4.2.youngOverhead')!;
    // C = .8 s, tau = sqrt(2 x .8 x 1200) = 43.82 s: (e^(44.62 / 1200) - 1) x 1200 / 43.82 - 1.
    const exact = (Math.expm1(44.6178 / 1200) * 1200) / 43.8178 - 1;
    expect(young.law).toBeCloseTo(0.8 / 43.8178 + 43.8178 / 2400, 6);
    expect(Math.abs(young.replayed! - exact)).toBeLessThan(2 * young.within! + 0.01 * exact);
  });

  test("Young's interval loses less than half of it and twice it", () => {
    const [half, twice] = failed.filter(({id}) => id === 'E4.2.overheadAtInterval');
    const best = failed.find(({id}) => id === 'E4.2.youngOverhead')!.replayed!;
    expect(best).toBeLessThan(half!.replayed!);
    expect(best).toBeLessThan(twice!.replayed!);
  });

  test('slices by hand: 19.2 s in the first, 17.7 s in each but the last, 18.5 s in that', async () => {
    // A slice of 20 s less save, restore and resume: 120 s are 19.2 + 5 x 17.7 + 12.3, and the formula's ceil(120 / 17.7).
    const rows = await underTimeout(render, core());
    expect(rows.find(({id}) => id === 'E4.2.slices')).toMatchObject({law: 7, replayed: 7});
    expect(rows.find(({id}) => id === 'E4.2.overhead')!.replayed).toBeCloseTo((6 * 2.3) / 120, 9);
    expect(rows.find(({id}) => id === 'E4.1.cutSeconds')).toMatchObject({law: 20, replayed: 20});
    expect(rows.find(({id}) => id === 'E4.1.cut')).toMatchObject({law: 1, replayed: 1});
  });

  test('what the ends of a job spare may be a slice: 108 s under 20 s are six, by the formula seven', async () => {
    const rows = await underTimeout({...render, jobSeconds: 108}, core());
    expect(rows.find(({id}) => id === 'E4.2.slices')).toMatchObject({law: 7, replayed: 6});
  });

  test('drains take waves x job within 5 %, and slot time and blocking are as the laws have them', async () => {
    const rows = [...(await drains(render, core())), ...(await slotTime(render, core()))];
    for (const row of rows) {
      const sampling = row.why === undefined ? (2 * row.within!) / row.law! : 0;
      expect(apart(row), row.id).toBeLessThan(0.05 + sampling);
    }
    expect(rows.map(({id}) => id)).toContain('E4.1.hostsBlockedShare');
  });

  test('is the same for two threads, and other for another seed', async () => {
    const rows = await drains(render, core());
    expect(await drains(render, core(1, 2))).toEqual(rows);
    expect(await drains(render, core(2))).not.toEqual(rows);
  });

  test.each([
    ['a job that seldom ends between failures', hard, 'E4.1.restartedSeconds', /5 times as long/],
    ['nothing to save', hard, 'E4.2.youngOverhead', /always saved/],
    ['pauses that fill a slice', {timeout: '5s'}, 'E4.2.slices', /no time to work/],
    ['no long job on any host', {'long-slot-share': '0'}, 'E4.1.drainSeconds', /has n \/ \(n \+ 1\)/],
  ])('%s: is not replayed, and why', async (_, texts, id, why) => {
    const given = values(texts as Record<string, string>);
    const of = {'E4.2.slices': underTimeout, 'E4.1.drainSeconds': drains}[id] ?? failing;
    const row = (await of(given, core())).find((one) => one.id === id)!;
    expect(row.replayed).toBeNull();
    expect(row.why).toMatch(why);
  });
});
