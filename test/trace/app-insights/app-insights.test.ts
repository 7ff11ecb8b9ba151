import {expect, test} from 'vitest';
import {readFiles, temporaryFolder} from '../../helpers/traces.ts';
import {contentOf} from '../../helpers/workload.ts';

const folder = temporaryFolder();

async function told(name: string, text: string) {
  const {workload, notes, tally} = await readFiles(folder, {[name]: text});
  const {rows, meta} = contentOf(workload);
  const calls = rows.flatMap((row) =>
    row.calls.map(([at, duration]) => [new Date((meta.originUs + at!) / 1000).toISOString(), duration]),
  );
  return {calls, notes, skipped: tally.skipped};
}

const three = [
  ['2026-01-05T10:00:00.123Z', 9159],
  ['2026-01-14T22:00:00.123Z', 1_234_500],
  ['2026-01-14T22:00:00.123Z', 1_234_500],
];

test('an export of a British, a German and an American browser tell the same', async () => {
  const columns = ['timestamp [UTC]', 'name', 'duration', 'itemType', 'cloud_RoleName', 'itemCount'];
  const rest = (duration: string) => ['fn', duration, 'request', 'app'];
  const british = [
    columns,
    ['"05/01/2026, 10:00:00.123"', ...rest('9.1593'), '1'],
    ['"14/01/2026, 22:00:00.123"', ...rest('1234.5'), '2'],
  ];
  const german = [
    columns,
    ['5.1.2026, 10:00:00.123', ...rest('9,1593'), '1'],
    ['14.1.2026, 22:00:00.123', ...rest('1.234,5'), '2'],
  ];
  const american = [
    columns,
    ['"1/5/2026, 10:00:00.123 AM"', ...rest('9.1593'), '1'],
    ['"1/14/2026, 10:00:00.123 PM"', ...rest('1234.5'), '2'],
  ];
  for (const [rows, delimiter] of [[british, ','] as const, [german, ';'] as const, [american, ','] as const]) {
    const {calls, skipped} = await told('export.csv', rows.map((row) => row.join(delimiter)).join('\n'));
    expect({calls, skipped}).toEqual({calls: three, skipped: 0});
  }
});

test('what diagnostic settings send to storage or an event hub comes in records', async () => {
  const row = {Type: 'AppRequests', AppRoleName: 'app', Name: 'fn', DurationMs: 9.1593, ItemCount: 1};
  const records = [
    {...row, time: '2026-01-05T10:00:00.123Z', Properties: {FunctionExecutionTimeMs: '4.7'}},
    {time: '2026-01-05T10:00:00.200Z', Type: 'AppTraces', Message: 'hello'},
    {...row, time: '2026-01-14T22:00:00.123Z', DurationMs: 1234.5, ItemCount: 2},
  ];
  const {calls, notes} = await told('hub.json', JSON.stringify({records}));
  expect(calls).toEqual(three);
  expect(notes).toContain('rows that are no requests: 1');
});
