import {describe, expect, test} from 'vitest';
import {US_PER_DAY} from '../../src/base/units.ts';
import {billOf, noUsage, type Usage} from '../../src/cost/bill.ts';
import {freeOf, freeTierOf, lessFree} from '../../src/cost/free-tier.ts';
import {namedPriceSheet, priceSheets} from '../../src/cost/sheets.ts';
import {chargesOf} from '../../src/replay/report/chargeback.ts';
import {replayReport} from '../../src/replay/report/replay-report.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {minuteWorkload} from '../helpers/workload.ts';

const MONTH_US = 30 * US_PER_DAY;

/** What is left to pay, and what was free. */
function invoice(sheet: string, usage: Partial<Usage>, us = MONTH_US) {
  const prices = namedPriceSheet(sheet)!;
  const all = {...noUsage, ...usage};
  const free = freeOf(all, prices, freeTierOf(prices), us);
  return {...lessFree(billOf(all, prices), free), free};
}

describe('a month of Lambda', () => {
  test('beyond the free tier: 3 M requests and 700,000 GB-s pay for 2 M and 300,000', () => {
    const {requests, execution, total} = invoice('aws-lambda', {requests: 3e6, executionGbSeconds: 700_000});
    expect(requests).toBeCloseTo(2 * 0.2, 12);
    expect(execution).toBeCloseTo(300_000 * 1.66667e-5, 9);
    expect(total).toBeCloseTo(0.4 + 300_000 * 1.66667e-5, 9);
  });

  test('within it costs nothing, and never less', () => {
    const {requests, execution, total, free} = invoice('aws-lambda', {requests: 5, executionGbSeconds: 399_999});
    expect([requests, execution, total]).toEqual([0, 0, 0]);
    expect(free.execution).toBeCloseTo(399_999 * 1.66667e-5, 9);
  });

  test('billed starts take what execution leaves', () => {
    const {execution} = invoice('lambda', {executionGbSeconds: 390_000, startingGbSeconds: 30_000});
    expect(execution).toBeCloseTo(20_000 * 1.66667e-5, 9);
  });

  test('three days have a tenth of it', () => {
    const {requests} = invoice('aws-lambda', {requests: 250_000}, 3 * US_PER_DAY);
    expect(requests).toBeCloseTo(0.15 * 0.2, 12);
  });
});

test('Cloud Run by requests: processors and memory have each their own', () => {
  const prices = namedPriceSheet('cloud-run-request')!;
  const usage = {requests: 2e6, executionGbSeconds: 400_000, activeVcpuSeconds: 200_000};
  const {requests, execution} = invoice('cloud-run-request', usage);
  expect(requests).toBe(0);
  expect(execution).toBeCloseTo(40_000 * prices.executionUsdPerGbSecond + 20_000 * prices.usdPerVcpuSecond, 9);
});

test.each(['azure-premium', 'knative', 'cloud-run-instance'])('%s gives nothing away', (sheet) => {
  expect(invoice(sheet, {requests: 1e7, executionGbSeconds: 1e6, activeVcpuSeconds: 1e6}).free).toEqual({
    requests: 0,
    execution: 0,
  });
});

test('every tier belongs to a sheet, and prices of no sheet have none', () => {
  const given = Object.keys(priceSheets).filter((name) => freeTierOf(namedPriceSheet(name)!).requests > 0);
  expect(given.sort()).toEqual(
    ['aws-lambda', 'azure-consumption', 'azure-flex', 'cloud-run-request', 'lambda', 'lambda-arm'].sort(),
  );
  const {origin: _, ...own} = namedPriceSheet('lambda')!;
  expect(freeTierOf(own).requests).toBe(0);
});

test('a replay is less what is free, and its chargeback adds up to that', async () => {
  const rows = ['a', 'b'].map((name) => ({function: name, minute: 0, count: 60}));
  const workload = minuteWorkload(rows, [0, 10]);
  const prices = {...namedPriceSheet('aws-lambda')!, delayUsdPerHour: 0, dropUsd: 0};
  const bills = [];
  for (const freeTier of [false, true]) {
    const options = testOptions(workload, {prices, freeTier});
    const ledgers = await replay(workload, [parsePolicy('fixed:ttl=1m')], options);
    const [run] = replayReport(workload, ledgers, options, 0).runs;
    const charges = chargesOf(workload, ledgers[0]!, run!.costUsd.total, options, 'function');
    expect(charges.reduce((sum, {usd}) => sum + usd, 0)).toBeCloseTo(run!.costUsd.total, 15);
    bills.push({run: run!, payers: charges.map(({payer}) => payer)});
  }
  const [full, less] = bills;
  expect(full!.run.freeTierUsd).toBeUndefined();
  expect(less!.run.costUsd.total).toBeCloseTo(full!.run.costUsd.total - less!.run.freeTierUsd!, 15);
  // Ten minutes have 1 / 4,320 of a month: 231 requests of 120, 92.6 GB-s.
  expect(less!.run.costUsd.requests).toBe(0);
  expect(full!.run.costUsd.requests).toBeCloseTo(120 * 0.2e-6, 15);
  expect([full!.payers, less!.payers]).toEqual([
    ['a', 'b'],
    ['a', 'b', '(free tier)'],
  ]);
});
