import * as v from 'valibot';
import {describe, expect, test} from 'vitest';
import type {Knobs} from '../../../src/plan/export/knobs.ts';
import {targets} from '../../../src/plan/export/targets.ts';
import type {PlanRow} from '../plan-files.ts';
import {exported} from './exported.ts';

/** Functions with names that no platform takes as they are, by the clock and throughout, with limits. */
const rows: PlanRow[] = [
  ...['9-Checkout_ünit', 'a'.repeat(90), ['$', '{x}.%{y}'].join(''), 'z'].flatMap((name, k) => [
    {...{function: name, app: `Shop ${k % 2}`, owner: 'o', from: 0, until: 480}, slots: k, repeat: 1440, most: 4 + k},
    {...{function: name, app: `Shop ${k % 2}`, owner: 'o', from: 480, until: 1440}, slots: 1 + k, repeat: 1440},
  ]),
];
const knobs: Knobs = {
  ...{platform: 'knative', text: 'knative', concurrency: 40, keepAliveS: null, http: 16, max: 100},
  ...{target: 28.5, utilization: 0.7, windowS: 120, stemCells: 2, stemMib: 256},
};

const whole = (least: number, most = 2 ** 31 - 1) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const text = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
const dnsLabel = text(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
const wholeText = text(/^(0|[1-9]\d*)$/);

/** As their platforms document what they take; nothing else may be there. */
const shapes: Readonly<Record<string, v.GenericSchema>> = {
  knative: v.array(
    v.strictObject({
      apiVersion: v.literal('serving.knative.dev/v1'),
      kind: v.literal('Service'),
      metadata: v.strictObject({name: dnsLabel, namespace: dnsLabel}),
      spec: v.strictObject({
        template: v.strictObject({
          metadata: v.strictObject({
            annotations: v.strictObject({
              'autoscaling.knative.dev/min-scale': wholeText,
              'autoscaling.knative.dev/max-scale': wholeText,
              'autoscaling.knative.dev/target': text(/^\d+(\.\d+)?$/),
              'autoscaling.knative.dev/target-utilization-percentage': text(/^([1-9]\d?|100)$/),
              'autoscaling.knative.dev/window': text(/^\d+s$/),
            }),
          }),
          spec: v.strictObject({containerConcurrency: whole(0, 1000)}),
        }),
      }),
    }),
  ),
  'cloud-run': v.array(
    v.strictObject({
      service: text(/^[a-z][-a-z0-9]{0,47}[a-z0-9]$|^[a-z]$/),
      minInstances: whole(0),
      concurrency: whole(1, 1000),
      maxInstances: whole(1),
      command: text(
        /^gcloud run services update [-a-z0-9]+ --min-instances=\d+ --concurrency=\d+ --max-instances=\d+$/,
      ),
    }),
  ),
  'azure-flex': v.array(
    v.strictObject({
      app: text(/^[-a-z0-9]{2,60}$/),
      functionAppConfig: v.strictObject({
        scaleAndConcurrency: v.strictObject({
          maximumInstanceCount: whole(1, 1000),
          alwaysReady: v.array(
            v.strictObject({name: text(/^(http|blob|durable|function:[A-Za-z0-9_-]{1,64})$/), instanceCount: whole(1)}),
          ),
          triggers: v.strictObject({http: v.strictObject({perInstanceConcurrency: whole(1, 1000)})}),
        }),
      }),
      command: text(
        /^az functionapp scale config always-ready set -g RESOURCE_GROUP -n [-a-z0-9]+ --settings( \S+=\d+)+$/,
      ),
    }),
  ),
  openfaas: v.array(
    v.strictObject({
      apiVersion: v.literal('openfaas.com/v1'),
      kind: v.literal('Function'),
      metadata: v.strictObject({name: dnsLabel, namespace: dnsLabel}),
      spec: v.strictObject({
        name: dnsLabel,
        labels: v.strictObject({
          'com.openfaas.scale.min': text(/^[1-9]\d*$/),
          'com.openfaas.scale.max': text(/^[1-9]\d*$/),
          'com.openfaas.scale.zero': text(/^(true|false)$/),
          'com.openfaas.scale.type': text(/^(rps|capacity|cpu|queue)$/),
          'com.openfaas.scale.target': text(/^\d+(\.\d+)?$/),
        }),
      }),
    }),
  ),
  openwhisk: v.strictObject({
    stemCells: v.array(v.strictObject({initialCount: whole(1), memory: text(/^\d+ MB$/)})),
    functions: v.array(text(/^[\w][\w@ .&-]*$/)),
  }),
  terraform: v.strictObject({
    '//': v.string(),
    resource: v.strictObject({
      aws_appautoscaling_target: v.record(
        text(/^[A-Za-z_][\w-]*$/),
        v.strictObject({
          service_namespace: v.literal('lambda'),
          resource_id: text(/^function:[\w-]{1,64}:[\w-]{1,128}$/),
          scalable_dimension: v.literal('lambda:function:ProvisionedConcurrency'),
          min_capacity: whole(0),
          max_capacity: whole(0),
          lifecycle: v.strictObject({ignore_changes: v.array(v.picklist(['min_capacity', 'max_capacity']))}),
        }),
      ),
      aws_appautoscaling_scheduled_action: v.record(
        text(/^[A-Za-z_][\w-]*$/),
        v.strictObject({
          name: v.pipe(v.string(), v.maxLength(256), v.regex(/^[^:/|\s][^:/|]*$/)),
          service_namespace: text(/^\$\{aws_appautoscaling_target\.[\w-]+\.service_namespace\}$/),
          resource_id: text(/^\$\{aws_appautoscaling_target\.[\w-]+\.resource_id\}$/),
          scalable_dimension: text(/^\$\{aws_appautoscaling_target\.[\w-]+\.scalable_dimension\}$/),
          schedule: text(/^cron\(\d+ \d+ (\*|\?|\d+) (\*|\d+) (\*|\?|[A-Z]{3}) (\*|\d{4})\)$/),
          timezone: v.string(),
          scalable_target_action: v.pipe(
            v.array(v.strictObject({min_capacity: whole(0), max_capacity: whole(0)})),
            v.length(1),
          ),
        }),
      ),
    }),
  }),
};

describe('what a plan with knobs and limits is exported as has the shape that its platform documents', () => {
  test.each(Object.keys(shapes))('%s', (to) => {
    const metadata = {platform: JSON.stringify({...knobs, platform: to}), start_time: '2026-01-05T00:00:00Z'};
    const {json} = exported(rows, {to, all: true, repeat: 'day'}, metadata);
    const result = v.safeParse(shapes[to]!, json());
    expect(result.issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toBeUndefined();
  });

  test('references of Terraform name targets that are there, and least is never above most', () => {
    const made = exported(rows, {to: 'terraform', repeat: 'day'}, {start_time: '2026-01-05T00:00:00Z'}).json() as {
      resource: Record<string, Record<string, Record<string, unknown>>>;
    };
    const labels = Object.keys(made.resource.aws_appautoscaling_target!);
    for (const action of Object.values(made.resource.aws_appautoscaling_scheduled_action!)) {
      expect(labels).toContain(/target\.([\w-]+)\./.exec(action.resource_id as string)![1]);
      const [{min_capacity: min, max_capacity: max}] = action.scalable_target_action as [Record<string, number>];
      expect(min).toBeLessThanOrEqual(max!);
    }
    expect(targets.names).toEqual(expect.arrayContaining(Object.keys(shapes)));
  });
});
