import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {type Browser, chromium, type Page} from 'playwright-core';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
let browser: Browser;

/** Opens a page file; whatever the browser complains of, or asks a network for, is written down. */
async function open(name: string, options: Parameters<Browser['newPage']>[0] = {}) {
  const page = await browser.newPage({viewport: {width: 1280, height: 900}, ...options});
  const wrong: string[] = [];
  page.on('console', (message) => wrong.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) wrong.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(join(folder, name)).href);
  await page.waitForSelector('html[data-drawn="yes"]');
  return {page, wrong};
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const boxesOf = (page: Page, selector: string): Promise<Box[]> =>
  page.$$eval(selector, (elements) =>
    elements
      .map((element) => (element as unknown as {getBoundingClientRect(): Box}).getBoundingClientRect())
      .map(({x, y, width, height}) => ({x, y, width, height})),
  );

beforeAll(async () => {
  // Debian's, which .ci/run installs; COLDFRONT_CHROMIUM names another.
  browser = await chromium.launch({executablePath: process.env.COLDFRONT_CHROMIUM ?? '/usr/bin/chromium'});
  expect(run('synth', '--functions', '60', '--rate', '4', '--span', '6h', '--out', 'w.arrow', '--quiet').status).toBe(
    0,
  );
  const {status, stderr} = run('report', '--run', 'w.arrow', '--out', 'r.html', '--quiet');
  expect([status, stderr]).toEqual([0, '']);
});

afterAll(() => browser?.close());

describe('the page in a browser', () => {
  test.each(['light', 'dark'] as const)(
    'in %s draws all pictures without a complaint or a request',
    async (colorScheme) => {
      const {page, wrong} = await open('r.html', {colorScheme});
      const charts = await page.$$eval('[data-chart]:not([data-chart="functions"])', (all) =>
        all.map((one) => [
          one.getAttribute('data-chart'),
          one.querySelectorAll('svg path, svg rect, svg circle').length > 0,
        ]),
      );
      expect(charts.length).toBe(9);
      expect(charts.filter(([, drawn]) => !drawn)).toEqual([]);
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(background).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 29)');
      // Nothing is wider than the page.
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(wrong).toEqual([]);
      await page.close();
    },
  );

  test('names in the sweep do not lie on each other, and a dot tells of itself', async () => {
    const {page} = await open('r.html');
    for (const chart of ['frontier-cold', 'frontier-delay']) {
      const boxes = await boxesOf(page, `[data-chart="${chart}"] g[aria-label="text"] text`);
      expect(boxes.length).toBeGreaterThan(2);
      for (const [k, a] of boxes.entries()) {
        for (const b of boxes.slice(k + 1)) {
          const apart =
            a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y + 2 || b.y + b.height <= a.y + 2;
          expect(apart, `${chart}: ${JSON.stringify([a, b])}`).toBe(true);
        }
      }
    }
    await page.locator('[data-chart="frontier-cold"] g[aria-label="dot"] > *').first().hover({force: true});
    await page.waitForSelector('[data-chart="frontier-cold"] g[aria-label="tip"] text');
    expect(await page.textContent('[data-chart="frontier-cold"] g[aria-label="tip"]')).toMatch(/a day.*cold share/s);
    await page.close();
  });

  test('is read by keyboard: to the report, its parts, the table and its heads', async () => {
    const {page} = await open('r.html');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the report');
    await page.focus('.rows');
    await page.keyboard.press('End');
    await expect.poll(() => page.evaluate("document.querySelector('.rows').scrollTop")).toBeGreaterThan(200);
    await page.focus('.rows th:nth-child(4) button');
    await page.keyboard.press('Enter');
    expect(await page.getAttribute('.rows th:nth-child(4)', 'aria-sort')).toBe('descending');
    const calls = await page.$$eval('.rows tbody td:nth-child(4)', (cells) =>
      cells.map((cell) => Number(cell.textContent!.replaceAll(',', ''))),
    );
    expect(calls.length).toBeGreaterThan(10);
    expect(calls).toEqual(calls.toSorted((a, b) => b - a));
    await page.close();
  });

  test('on paper is light, without controls, and has the functions', async () => {
    const {page, wrong} = await open('r.html', {colorScheme: 'dark'});
    await page.emulateMedia({media: 'print', colorScheme: 'dark'});
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.isVisible('nav')).toBe(false);
    const pdf = await page.pdf({format: 'A4'});
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(wrong).toEqual([]);
    await page.close();
  });
});

test('half a million functions: few rows are in the document, and sorting and finding reach all of them', async () => {
  const n = 500_000;
  const lines = [
    'policy,function,app,owner,team,invocations,warm,cold,dropped,throttled,cold_share,p50_delay_ms,p99_delay_ms,p999_delay_ms,busy_gb_seconds,idle_gb_seconds,usd',
  ];
  for (let k = 0; k < n; k++) {
    const calls = ((k * 7919) % n) + 1;
    lines.push(
      `fixed:ttl=10m,function-${String(k).padStart(6, '0')},app-${k % 5000},owner-${k % 300},,${calls},0,${k % 7},0,0,,0,0,0,1,1,${calls / 1e6}`,
    );
  }
  writeFileSync(join(folder, 'many.csv'), `${lines.join('\n')}\n`);
  const {status: code, stderr} = run('report', 'many.csv', '--out', 'many.html');
  expect([code, stderr]).toEqual([0, '']);
  expect(readFileSync(join(folder, 'many.html')).length).toBeLessThan(40e6);
  const {page, wrong} = await open('many.html');
  expect(await page.locator('.rows tbody tr').count()).toBeLessThan(100);
  // By dollars, the highest first: the one with the most calls.
  const most = Array.from({length: n}, (_, k) => k).find((k) => (k * 7919) % n === n - 1)!;
  const name = (k: number) => `function-${String(k).padStart(6, '0')}`;
  const status = () => page.textContent('[role=status]');
  const firstCell = () => page.textContent('.rows tbody tr:not(.spacer) td');
  expect(await firstCell()).toBe(name(most));
  await page.click('.rows th:first-child button');
  expect(await firstCell()).toBe(name(0));
  await page.click('.rows th:first-child button');
  expect(await firstCell()).toBe(name(n - 1));
  await page.fill('input[type=search]', 'FUNCTION-12345');
  await expect.poll(status).toMatch(/^10 of 500,000/);
  expect(await firstCell()).toBe('function-123459');
  await page.fill('input[type=search]', '');
  await expect.poll(status).toMatch(/^500,000 of/);
  await page.evaluate("document.querySelector('.rows').scrollTop = 1e9");
  await expect.poll(() => page.textContent('.rows tbody tr:nth-last-child(2) td')).toBe(name(0));
  expect(wrong).toEqual([]);
  await page.close();
});
