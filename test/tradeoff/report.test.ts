import {describe, expect, test} from 'vitest';
import {formatNumber, formatUsd, formatValue} from '../../src/base/format.ts';
import {priceSheets} from '../../src/cost/sheets.ts';
import {inputsJson} from '../../src/tradeoff/input.ts';
import {tradeoffText} from '../../src/tradeoff/text.ts';
import {schema as tradeoffSchema} from '../../src/tradeoff/tradeoff.schema.ts';
import {minuteWorkload} from '../helpers/workload.ts';
import {ask, askTrace} from './ask.ts';
import {everyTopic} from './every-topic.ts';

const names = everyTopic.map((topic) => topic.name);
const hour = minuteWorkload(
  Array.from({length: 60}, (_, minute) => ({function: `f${minute % 7}`, minute, count: 1 + (minute % 3)})),
);

interface Schema {
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  pattern?: string;
  minLength?: number;
  items?: Schema;
  required?: readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
}

/** Complaints by path, for the keywords of JSON Schema that ours uses. */
function complaints(value: unknown, schema: Schema, path = '$'): string[] {
  const found: string[] = [];
  const types = [schema.type ?? []].flat();
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (types.length > 0 && !types.includes(type)) return [`${path} is ${type}, not ${types}`];
  if ('const' in schema && value !== schema.const) found.push(`${path} is not ${schema.const}`);
  if (schema.enum && !schema.enum.includes(value)) found.push(`${path} is none of ${schema.enum}`);
  if (type === 'number' && !Number.isFinite(value)) found.push(`${path} is not finite`);
  if (schema.pattern && !new RegExp(schema.pattern).test(value as string))
    found.push(`${path} '${value}' is not ${schema.pattern}`);
  if (schema.minLength && (value as string).length < schema.minLength) found.push(`${path} is too short`);
  if (type === 'array' && schema.items) {
    (value as unknown[]).forEach((item, i) => {
      found.push(...complaints(item, schema.items!, `${path}[${i}]`));
    });
  }
  if (type !== 'object') return found;
  for (const key of schema.required ?? []) if (!(key in (value as object))) found.push(`${path}.${key} is missing`);
  for (const [key, item] of Object.entries(value as object)) {
    const inner = schema.properties?.[key] ?? schema.additionalProperties;
    if (inner === false) found.push(`${path}.${key} is not foreseen`);
    else if (typeof inner === 'object') found.push(...complaints(item, inner, `${path}.${key}`));
  }
  return found;
}

describe.each(names)('%s --json', async (name) => {
  const reports = [ask(name), await askTrace(name, '', hour)];

  test('follows the published schema', () => {
    for (const report of reports) expect(complaints(JSON.parse(JSON.stringify(report)), tradeoffSchema)).toEqual([]);
  });

  test('names each pair of id and scenario once', () => {
    for (const {answers} of reports) {
      const keys = answers.map((one) => `${one.id} ${one.scenario ?? ''}`);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test('is the same twice', async () => {
    expect(JSON.stringify(await askTrace(name, '', hour))).toBe(JSON.stringify(reports[1]));
  });

  test('shows every flag with its value', () => {
    const topic = everyTopic.find((one) => one.name === name)!;
    const inputs = reports[0]!.inputs;
    for (const {flag, default: text} of Object.values(topic.inputs)) {
      expect(inputs).toHaveProperty([flag]);
      if (text === undefined) expect(inputs[flag]).toBeNull();
      else if (typeof inputs[flag] === 'string') expect(inputs[flag]).toBe(text);
      else expect(inputs[flag]).toBe(Number(text));
    }
  });

  test('the text has all answers, the verdict and no line with blanks at its end', () => {
    const [report] = reports;
    const text = tradeoffText(report!);
    for (const {id} of report!.answers) expect(text).toContain(id);
    expect(text).toContain(`Verdict (${report!.verdict.code})`);
    expect(text).not.toMatch(/ \n|NaN|undefined/);
  });
});

test('the schema refuses what it should', () => {
  const report = JSON.parse(JSON.stringify(ask('break-even')));
  expect(complaints({...report, extra: 1}, tradeoffSchema)).toEqual(['$.extra is not foreseen']);
  expect(complaints({...report, topic: 'weather'}, tradeoffSchema)).toHaveLength(1);
  report.answers[0].value = 'much';
  expect(complaints(report, tradeoffSchema)).toEqual(['$.answers[0].value is string, not number,null']);
});

describe('inputs in JSON', () => {
  const breakEven = everyTopic[0]!;

  test('are numbers where they are numbers and text where they carry a unit', () => {
    const texts = {'idle-days': '7.5', cold: '1h30m', 'usd-per-cold': '.2'};
    expect(inputsJson(breakEven.inputs, texts)).toEqual({
      'warm-usd-per-day': 0.01,
      cold: '1h30m',
      'usd-per-hour': 20,
      'usd-per-cold': 0.2,
      'idle-days': 7.5,
      gaps: '1m:.8,10h:.2',
      'keep-alive': '10m',
    });
  });

  test('default to the price sheet of the seed', () => {
    const {warmUsdPerSlotDay, delayUsdPerHour} = priceSheets.seed!.sheet;
    expect(inputsJson(breakEven.inputs, {})).toMatchObject({
      'warm-usd-per-day': warmUsdPerSlotDay,
      'usd-per-hour': delayUsdPerHour,
    });
  });
});

describe('numbers for people', () => {
  test.each([
    [0.00277778, 'USD', '$0.00278'],
    [21.8749, 'USD/window', '$21.87/window'],
    [0.6, 'USD', '$0.60'],
    [9_340_000, 'USD', '$9,340,000'],
    [0, 'USD', '$0'],
    [-3, 'USD', '-$3.00'],
    [0.174, 'share', '17.4 %'],
    [39.2, 's', '39.2 s'],
    [1e7, 'bytes/s', '10 MB/s'],
    [141.3, 'erlangs', '141 erlangs'],
    [2.6e-9, '', '2.6e-9'],
    [null, 'USD', '-'],
  ])('%f %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  test('keep whole thousands', () => {
    expect(formatNumber(1234567.8)).toBe('1,234,568');
    expect(formatUsd(1e16)).toMatch(/^\$1\.00e\+16$/);
  });
});

describe('the text', () => {
  test('prints as many rows as asked for and says how many more there are', async () => {
    expect(tradeoffText(await askTrace('break-even', '', hour, 3))).toContain('and 4 more (--top, --json)');
    expect(tradeoffText(await askTrace('break-even', '', hour, 7))).not.toContain('more (--top');
    expect((await askTrace('break-even', '', hour, 3)).tables[0]).toMatchObject({total: 7, rows: {length: 3}});
    expect((await askTrace('break-even', '', hour)).tables[0]!.rows).toHaveLength(7);
  });

  test('makes names from a trace harmless and short', async () => {
    const report = await askTrace(
      'break-even',
      '',
      minuteWorkload([{function: '\u001b[2J0123456789abcdef', minute: 0, count: 1}]),
    );
    const text = tradeoffText(report);
    expect(text).not.toContain('\u001b');
    expect(text).toContain('\\x1b[2J');
    expect(text).toContain('…');
  });

  test('puts the cases of a question side by side', () => {
    const lines = tradeoffText(ask('burst', '--start-rates 100,2500')).split('\n');
    expect(lines.find((line) => line.startsWith('instances/s:'))).toMatch(/100 +2500 +id$/);
    expect(lines.find((line) => line.includes('E3.1.maxWaitSeconds'))).toMatch(/56.4 s +2.26 s/);
  });
});

/** Scripts rely on these: a change here is a change of the published answers. */
test('the ids are these', async () => {
  const ids: Record<string, string[]> = {};
  for (const name of names) {
    const {answers} = await askTrace(name, '', hour);
    ids[name] = [...new Set(answers.map((one) => `${one.id} ${one.unit}`.trim()))];
  }
  expect(ids).toMatchSnapshot();
});
