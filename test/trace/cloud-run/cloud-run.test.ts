import {expect, test} from 'vitest';
import {COLD_UNTIMED, WARM} from '../../../src/workload/workload.ts';
import {readFiles, temporaryFolder} from '../../helpers/traces.ts';
import {contentOf} from '../../helpers/workload.ts';

const folder = temporaryFolder();
const entry = (timestamp: unknown, latency: unknown, labels: object = {instanceId: 'i'}) => ({
  httpRequest: {requestMethod: 'GET', status: 200, latency},
  resource: {type: 'cloud_run_revision', labels: {service_name: 's', project_id: 'p'}},
  timestamp,
  labels,
  logName: 'projects/p/logs/run.googleapis.com%2Frequests',
});

test.each([
  ['as gcloud prints them', '2026-01-05T10:00:05.005Z', '1.5s', {instanceId: 'i'}],
  [
    'as client libraries keep them',
    {seconds: 1_767_607_205, nanos: 5e6},
    {seconds: '1', nanos: 5e8},
    {instanceId: 'i'},
  ],
  ['as a sink writes them to BigQuery', '2026-01-05 10:00:05.005000 UTC', 1.5, {instanceid: 'i'}],
])('times and instances are read %s', async (_, timestamp, latency, labels) => {
  const rows = [entry(timestamp, latency, labels), entry('2026-01-05T10:00:07Z', '0.25s', labels)];
  const {workload, tally} = await readFiles(folder, {'log.json': JSON.stringify(rows)});
  expect(tally.skipped).toBe(0);
  expect(workload.meta.startTime).toBe('2026-01-05T10:00:00.000Z');
  expect(contentOf(workload).rows[0]!.calls).toEqual([
    [5_005_000, 1_500_000, COLD_UNTIMED],
    [7_000_000, 250_000, WARM],
  ]);
});

test('the envelope of an answer is no entry of another log', async () => {
  const entries = [
    entry('2026-01-05T10:00:05Z', '1s'),
    {...entry('2026-01-05T10:00:05Z', '1s'), logName: 'x%2Fstdout'},
  ];
  const {notes, tally} = await readFiles(folder, {'list.json': JSON.stringify({entries, nextPageToken: 't'})});
  expect(tally.read).toBe(1);
  expect(notes[0]).toBe('entries of other logs than that of requests: 1; they are no calls');
});
