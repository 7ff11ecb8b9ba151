import {fileURLToPath} from 'node:url';
import {beforeAll, expect, test} from 'vitest';
import {billLines} from '../../src/cost/bill.ts';
import {type Moved, type PriceName, type PriceSheet, priceFields, priceNames} from '../../src/cost/prices.ts';
import {everyPrice as everyPriceOfAll} from '../cost/sheets.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const fixture = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));
const folder = temporaryFolder();
/** Nothing is lost, restored or kept by a setting in a plan's expectation, so what that costs moves no line of it. */
const neverOwed: readonly PriceName[] = [
  ...([
    'dropUsd',
    'storeUsdPerMillionOperations',
    'restoreUsdPerGb',
    'snapshotUsdPerGbSecond',
    'warmExecutionUsdPerGbSecond',
  ] as const),
  ...(['provisionedUsdPerGbSecond', 'idleUsdPerGbSecond', 'idleUsdPerVcpuSecond'] as const),
  ...(['hostUsdPerHour'] as const),
];
/** Where hosts are charged whole slots have no price, and there is no plan. */
const everyPrice: PriceSheet = {...everyPriceOfAll, hostUsdPerHour: 0};

/** What a plan at these prices decides, and what it expects to pay. */
function planAt(prices: PriceSheet) {
  const flags = priceNames.flatMap((name) => ['--price', `${name}=${prices[name]}`]);
  // Slots and keep-alives are the plan's own where nothing else is tried.
  const plan = ['plan', 'w.arrow', '--rest', 'keep', '--window', '2h', ...flags, '--json'];
  const {status, stdout, stderr} = coldfront(plan, {cwd: folder});
  expect([status, stderr]).toEqual([0, '']);
  const {expected, perWindow, spillMs, usdPerDay} = JSON.parse(stdout.toString());
  const slots = perWindow.map((window: {slots: number}) => window.slots);
  expect(Object.keys(expected.costUsdPerDay)).toEqual([...Object.keys(billLines), 'total']);
  expect(usdPerDay).toBe(expected.costUsdPerDay.total);
  return {slots, spillMs, usdPerDay};
}

let before: ReturnType<typeof planAt>;

beforeAll(() => {
  expect(coldfront(['ingest', fixture, '--out', 'w.arrow', '--quiet'], {cwd: folder}).status).toBe(0);
  before = planAt(everyPrice);
});

test.each(priceNames)('%s moves slots, keep-alives and dollars of a plan as its row in the table says', (name) => {
  const moves: readonly Moved[] = priceFields[name].moves;
  const after = planAt({...everyPrice, [name]: 4 * everyPrice[name]});
  const decides = moves.includes('breakEven');
  expect(JSON.stringify(after.slots) !== JSON.stringify(before.slots)).toBe(decides);
  expect(JSON.stringify(after.spillMs) !== JSON.stringify(before.spillMs)).toBe(decides);
  expect(after.usdPerDay !== before.usdPerDay).toBe(moves.includes('bill') && !neverOwed.includes(name));
});
