import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import type {FrontierReport} from '../../src/replay/frontier/frontier-report.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const fixture = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-fullday', import.meta.url));
const folder = temporaryFolder();
const policies = ['none', 'fixed:ttl=30s', 'fixed:ttl=10m', 'fixed:ttl=1h', 'fixed:ttl=4h', 'hybrid', 'adaptive'];

describe('coldfront frontier', () => {
  let report: FrontierReport;
  const sweep = [...policies, 'clairvoyant-keep', 'clairvoyant'].flatMap((policy) => ['--policy', policy]);

  beforeAll(() => {
    coldfront(['ingest', fixture, '--out', 'w.arrow'], {cwd: folder});
    const {stdout} = coldfront(['frontier', 'w.arrow', ...sweep, '--svg', 'f.svg', '--json'], {cwd: folder});
    report = JSON.parse(stdout.toString());
  });

  const row = (policy: string) => report.rows.find((candidate) => candidate.policy === policy)!;

  test('rows are in order of dollars and nothing is below the bound', () => {
    const usd = report.rows.map((candidate) => candidate.usdPerDay);
    expect(usd).toEqual([...usd].sort((a, b) => a - b));
    expect(report.rows[0]!.policy).toBe('clairvoyant');
    expect(row('clairvoyant').aboveFloorUsdPerDay).toBeNull();
    for (const one of report.rows.filter(({kind}) => kind !== 'bound')) {
      expect(one.aboveFloorUsdPerDay, one.policy).toBeCloseTo(one.usdPerDay - report.floorUsdPerDay!, 9);
    }
  });

  test('advises the cheapest that knows no future, and says what it saves against the baseline', () => {
    const best = row(report.advice!);
    expect(best.usdPerDay).toBe(Math.min(...report.rows.flatMap((one) => (one.kind === 'bound' ? [] : one.usdPerDay))));
    expect([report.baseline, row(report.baseline).savesUsdPerDay]).toEqual(['fixed:ttl=10m', 0]);
    expect(best.savesUsdPerDay).toBeCloseTo(row('fixed:ttl=10m').usdPerDay - best.usdPerDay, 9);
    const args = ['frontier', 'w.arrow', '--policy', 'none', '--policy', 'infinite', '--baseline', 'fixed:ttl=1h'];
    const {stdout} = coldfront(args, {cwd: folder});
    const saved = row('fixed:ttl=1h').usdPerDay;
    expect(stdout.toString()).toMatch(/^Use \S+ at these prices: \$[\d.]+ a day, .* less than fixed:ttl=1h\.$/m);
    expect(stdout.toString()).toContain(`fixed:ttl=1h  `);
    expect(saved).toBeGreaterThan(0);
  });

  test('dominated rows are those that another beats, bounds aside', () => {
    const real = report.rows.filter(({kind}) => kind !== 'bound');
    for (const own of real) {
      const beaten = real.some(
        (other) =>
          other.idleGbSeconds <= own.idleGbSeconds &&
          other.coldShare! <= own.coldShare! &&
          (other.idleGbSeconds < own.idleGbSeconds || other.coldShare! < own.coldShare!),
      );
      expect(own.dominatedIdleCold, own.policy).toBe(beaten);
    }
    expect(row('clairvoyant').dominatedIdleCold).toBeNull();
  });

  test('the reference is 1 and longer keep-alive wastes more (METHODS T14)', () => {
    expect(row('fixed:ttl=10m').idleVersusFixed10m).toBe(1);
    expect(row('fixed:ttl=30s').idleVersusFixed10m).toBeLessThan(1);
    expect(row('fixed:ttl=1h').idleVersusFixed10m).toBeGreaterThan(1);
  });

  test('more keep-alive, fewer cold starts at the 75th-percentile app (METHODS T13), and the gain flattens (T31)', () => {
    const q3 = ['fixed:ttl=10m', 'fixed:ttl=1h', 'fixed:ttl=4h'].map((policy) => row(policy).appColdShare.p75!);
    expect(q3[1]!).toBeLessThanOrEqual(q3[0]!);
    expect(q3[2]!).toBeLessThanOrEqual(q3[1]!);
    const cold = ['fixed:ttl=30s', 'fixed:ttl=10m', 'fixed:ttl=1h'].map((policy) => row(policy).coldShare!);
    expect(cold[0]! - cold[1]!).toBeGreaterThan(cold[1]! - cold[2]!);
    // At 600 s at least 45 % fewer instances are created than at 30 s.
    expect(cold[1]! / cold[0]!).toBeLessThan(0.55);
  });

  test('the picture names every policy', () => {
    const svg = readFileSync(join(folder, 'f.svg'), 'utf8');
    for (const policy of policies) expect(svg).toContain(`<title>${policy}</title>`);
  });

  test('--csv has a line a policy, the same whatever the threads', () => {
    const args = ['frontier', 'w.arrow', ...sweep, '--csv', '--threads'];
    const {stdout} = coldfront([...args, '1'], {cwd: folder});
    expect(stdout.toString().trim().split('\n')).toHaveLength(policies.length + 3);
    expect(coldfront([...args, '2'], {cwd: folder}).stdout).toEqual(stdout);
  });

  test('an unknown policy is a usage error', () => {
    const {status, stderr} = coldfront(['frontier', 'w.arrow', '--policy', 'nope'], {cwd: folder});
    expect(status).toBe(2);
    expect(stderr).toContain("there is no policy 'nope'");
  });
});

describe('coldfront frontier --sample', () => {
  const args = ['frontier', 's.arrow', '--policy', 'none', '--policy', 'infinite', '--policy', 'adaptive'];
  const run = (...more: string[]) => coldfront([...args, ...more], {cwd: folder});
  const report = (...more: string[]): FrontierReport => JSON.parse(run('--json', ...more).stdout.toString());

  beforeAll(() => {
    const synth = ['synth', '--functions', '400', '--rate', '20', '--span', '2h', '--seed', '4', '--out', 's.arrow'];
    coldfront(synth, {cwd: folder});
  });

  test('sweeps a part of the apps and says how far off that may be', () => {
    const {sample, rows, baseline} = report('--sample', '20%');
    expect(sample!.apps / sample!.ofApps).toBeCloseTo(0.2, 1);
    expect(sample!.functions).toBeLessThan(sample!.of / 2);
    expect(sample!.usdError).toBeGreaterThan(0);
    expect(rows.find(({policy}) => policy === baseline)!.savesError).toBe(0);
    for (const {policy, savesError} of rows.filter((row) => row.policy !== baseline)) {
      expect(savesError, policy).toBeGreaterThan(0);
    }
    expect(run('--sample', '0.2').stdout.toString()).toMatch(/^A sample: .* one standard error is [\d.]+ % of what /m);
  });

  test('of all apps tells what no sample tells, without error', () => {
    const {sample, rows, ...all} = report('--sample', '1');
    expect([sample!.usdError, rows.every(({savesError}) => savesError === 0)]).toEqual([0, true]);
    const {rows: whole, ...rest} = report();
    expect(all).toEqual(rest);
    expect(rows).toEqual(whole.map((row) => ({...row, savesError: 0})));
  });

  test('is refused where functions share a fleet with limits, and beyond the whole', () => {
    for (const limit of [
      ['--hosts', '3', '--slots', '4'],
      ['--start-rate', '5'],
    ]) {
      const {status, stderr} = run('--sample', '0.5', ...limit);
      expect(status).toBe(2);
      expect(stderr).toContain('--sample takes a part of the apps');
    }
    expect(run('--sample', '1.5').status).toBe(2);
    expect(run('--sample', '0').status).toBe(2);
  });
});
