import {expect, test} from 'vitest';
import type {Knobs} from '../../../src/plan/export/knobs.ts';
import type {PlanRow} from '../plan-files.ts';
import {exported} from './exported.ts';

const row = (name: string, slots: number, given: Partial<PlanRow> = {}): PlanRow => ({
  ...{function: name, app: 'shop', owner: 'o', from: 0, until: 60, slots},
  ...given,
});
const knobs = (given: Partial<Knobs>) => ({
  platform: JSON.stringify({platform: 'x', text: 'x', concurrency: 1, keepAliveS: null, ...given}),
});

test('azure-flex: an app each, its always-ready instances by function, its most', () => {
  const rows = [row('a', 2), row('b', 1), row('c', 4, {app: 'Other_App'})];
  const made = exported(rows, {to: 'azure-flex'}, knobs({platform: 'azure-flex', http: 16, max: 5})).json();
  expect(made).toEqual([
    {
      app: 'shop',
      functionAppConfig: {
        scaleAndConcurrency: {
          maximumInstanceCount: 5,
          alwaysReady: [
            {name: 'function:a', instanceCount: 2},
            {name: 'function:b', instanceCount: 1},
          ],
          triggers: {http: {perInstanceConcurrency: 16}},
        },
      },
      command:
        'az functionapp scale config always-ready set -g RESOURCE_GROUP -n shop --settings function:a=2 function:b=1',
    },
    expect.objectContaining({app: 'other-app'}),
  ]);
});

test('openfaas: labels as text, at least one replica, more at most than at least', () => {
  const rows = [row('a', 0), row('b', 25, {concurrency: 8})];
  const made = exported(rows, {to: 'openfaas', all: true, namespace: 'fn'}).json();
  const labels = (min: string, max: string, zero: string, target: string) => ({
    'com.openfaas.scale.min': min,
    'com.openfaas.scale.max': max,
    'com.openfaas.scale.zero': zero,
    'com.openfaas.scale.type': 'capacity',
    'com.openfaas.scale.target': target,
  });
  expect(made).toMatchObject([
    {apiVersion: 'openfaas.com/v1', kind: 'Function', metadata: {name: 'a', namespace: 'fn'}},
    {spec: {name: 'b', labels: labels('25', '26', 'false', '8')}},
  ]);
  expect((made as {spec: {labels: object}}[])[0]!.spec.labels).toEqual(labels('1', '20', 'true', '1'));
});

test('openwhisk: stem cells as sized, or as many as the plan keeps', () => {
  const rows = [row('a', 2), row('b', 3)];
  expect(exported(rows, {to: 'openwhisk'}).json()).toEqual({
    stemCells: [{initialCount: 5, memory: '256 MB'}],
    functions: ['a', 'b'],
  });
  const sized = exported(rows, {to: 'openwhisk'}, knobs({platform: 'openwhisk', stemCells: 4, stemMib: 512}));
  expect(sized.json()).toMatchObject({stemCells: [{initialCount: 4, memory: '512 MB'}]});
});

test('knative and cloud-run: what the autoscaler aims at, and most instances', () => {
  const rows = [row('a', 3, {concurrency: 40})];
  const tuned = knobs({platform: 'knative', target: 40, utilization: 0.7, windowS: 120, max: 2});
  expect(exported(rows, {to: 'knative'}, tuned).json()).toMatchObject([
    {
      spec: {
        template: {
          metadata: {
            annotations: {
              'autoscaling.knative.dev/min-scale': '3',
              'autoscaling.knative.dev/max-scale': '3',
              'autoscaling.knative.dev/target': '40',
              'autoscaling.knative.dev/target-utilization-percentage': '70',
              'autoscaling.knative.dev/window': '120s',
            },
          },
        },
      },
    },
  ]);
  const [service] = exported(rows, {to: 'cloud-run'}, knobs({max: 100})).json() as {command: string}[];
  expect(service!.command).toBe('gcloud run services update a --min-instances=3 --concurrency=40 --max-instances=100');
});

test('a limit that a plan sets for a function is written for it, kept instances or not', () => {
  const rows = [row('a', 2, {most: 7}), row('b', 0, {most: 3}), row('c', 0)];
  const annotation = (one: unknown) =>
    (one as {spec: {template: {metadata: {annotations: Record<string, string>}}}}).spec.template.metadata.annotations[
      'autoscaling.knative.dev/max-scale'
    ];
  expect((exported(rows, {to: 'knative'}).json() as unknown[]).map(annotation)).toEqual(['7', '3']);
  expect(exported(rows, {to: 'cloud-run', all: true}, knobs({max: 100})).json()).toMatchObject([
    {service: 'a', maxInstances: 7},
    {service: 'b', maxInstances: 3},
    {service: 'c', maxInstances: 100},
  ]);
  expect(exported(rows.slice(0, 2), {to: 'azure-flex'}).json()).toMatchObject([
    {functionAppConfig: {scaleAndConcurrency: {maximumInstanceCount: 10}}},
  ]);
  expect(exported(rows, {to: 'openfaas'}).json()).toMatchObject([
    {spec: {labels: {'com.openfaas.scale.max': '7'}}},
    {spec: {labels: {'com.openfaas.scale.max': '3'}}},
  ]);
  expect(
    exported(rows, {to: 'csv'})
      .text.split('\n')
      .map((line) => line.split(',').at(-1)),
  ).toEqual(['max_instances', '7', '3', '']);
});
