import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {expectDollarsOfReplays, tradeoff as json} from '../helpers/tradeoff-dollars.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/traces/', import.meta.url));
const folder = temporaryFolder();

function ingested(name: string, args: string[]): string {
  const out = join(folder, `${name}.arrow`);
  expect(coldfront(['ingest', ...args, '--out', out, '--quiet']).status).toBe(0);
  return out;
}

describe('dollars of a trace are those of a replay', () => {
  test.each(['azure2019-d07-window480', 'azure2019-multiday'])('of %s', (name) => {
    expectDollarsOfReplays(ingested(name, [`${fixtures}${name}`]), folder);
  });

  test('a dollar a cold start, ten times as dear a slot, and other draws: still the same', () => {
    const trace = ingested('dearer', [`${fixtures}azure2019-multiday`]);
    const flags = ['--cold', '2s', '--usd-per-cold', '1', '--warm-usd-per-day', '.1', '--seed', '7'];
    const {answers} = json(['break-even', '--workload', trace, ...flags]);
    const said = answers.find((one: {id: string}) => one.id === 'E1.2.usdPerDayKeepAlive').value;
    // A dollar for each cold start, the slot's two seconds in it.
    const usd = ['--warm-usd-per-slot-day', '.1', '--delay-usd-per-hour', String((1 - 0.2 / 86_400) * 1800)];
    const {stdout} = coldfront([
      ...['replay', trace, '--policy', 'fixed:ttl=10m', '--cold', 'fixed:2s', '--seed', '7', '--json'],
      ...usd,
    ]);
    expect(Math.abs(said / JSON.parse(stdout.toString()).runs[0].usdPerDay - 1)).toBeLessThan(1e-9);
  });
});
