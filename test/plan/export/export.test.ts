import * as v from 'valibot';
import {describe, expect, test} from 'vitest';
import type {ExportOptions} from '../../../src/plan/export/export-plan.ts';
import {escapeTemplate} from '../../../src/plan/export/terraform.ts';
import {slotsAt} from '../../helpers/plan-schedule.ts';
import {type PlanRow, planOf} from '../plan-files.ts';
import {exported} from './exported.ts';

const HOUR = 60;
const DAY = 1440;
/** A day of hours for one function, a floor for another, a timer every 15 minutes for the third. */
const daily: PlanRow[] = [
  {function: 'api', from: 0, until: 6 * HOUR, slots: 1, repeat: DAY},
  {function: 'api', from: 6 * HOUR, until: 9 * HOUR, slots: 4, repeat: DAY},
  {function: 'api', from: 9 * HOUR, until: 20 * HOUR, slots: 10, repeat: DAY},
  {function: 'api', from: 20 * HOUR, until: DAY, slots: 1, repeat: DAY},
  {function: 'floor', from: 0, until: DAY, slots: 3, repeat: DAY},
  {function: 'tick', from: 13, until: 16, slots: 2, repeat: 15},
  {function: 'night', from: 22 * HOUR, until: DAY, slots: 5, repeat: DAY},
  {function: 'night', from: 0, until: 3 * HOUR, slots: 5, repeat: DAY},
  {function: 'cold', from: 0, until: DAY, slots: 0, repeat: DAY, reason: 'refused: called too rarely to pay'},
];

describe('names', () => {
  const named = (name: string, to: string, options: Partial<ExportOptions> = {}): string =>
    exported([{function: name, from: 0, until: 60, slots: 1}], {to, ...options})
      .names.split('\n')[1]!
      .split(',')
      .at(-1)!;

  test.each([
    ['My_Fn', 'my-fn'],
    ['9lives', 'f-9lives'],
    ['-x-', 'f-x'],
    ['日本', 'f'],
    ['a'.repeat(63), 'a'.repeat(63)],
  ])('Kubernetes: %s becomes %s', (name, label) => {
    expect(named(name, 'knative')).toBe(label);
  });

  test('a name that is too long is cut and ends with a hash of its own', () => {
    const a = named(`${'a'.repeat(80)}1`, 'keda');
    const b = named(`${'a'.repeat(80)}2`, 'keda');
    expect(a).toMatch(/^a{54}-[0-9a-f]{8}$/);
    expect(a).not.toBe(b);
  });

  test('Lambda keeps case, underscores and 64 characters', () => {
    expect(named('My_Fn.v2', 'lambda')).toBe('My_Fn_v2');
    expect(named('f'.repeat(64), 'lambda')).toBe('f'.repeat(64));
  });

  const twins: PlanRow[] = [
    {function: 'My_Fn', app: 'a', from: 0, until: 60, slots: 1},
    {function: 'my-fn', app: 'b', from: 0, until: 60, slots: 2},
  ];

  test('two functions that would become one are refused, with both named', () => {
    expect(() => exported(twins, {to: 'knative'})).toThrow(
      "functions 'owner/a/My_Fn' and 'owner/b/my-fn' would both be the Knative service 'my-fn'",
    );
  });

  test('unless a template or a hash tells them apart', () => {
    expect(exported(twins, {to: 'knative', nameTemplate: '{app}-{function}'}).names).toContain('b-my-fn');
    expect(exported(twins, {to: 'knative', hashNames: true}).names.split('\n')).toHaveLength(4);
  });
});

describe('csv', () => {
  test('a line a row; what looks like a formula is made harmless', () => {
    const {text} = exported([{function: '=cmd()', from: 0, until: 60, slots: 1, leadMs: 500}], {to: 'csv'});
    expect(text.split('\n')).toEqual([
      'owner,app,function,window_start_ms,window_end_ms,slots,repeat_ms,lead_ms,reason,concurrency,max_instances',
      "owner,app,'=cmd(),0,3600000,1,0,500,kept: saves more than it costs,1,0",
      '',
    ]);
  });
});

describe('knative', () => {
  const patch = v.strictObject({
    apiVersion: v.literal('serving.knative.dev/v1'),
    kind: v.literal('Service'),
    metadata: v.strictObject({
      name: v.pipe(v.string(), v.regex(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/)),
      namespace: v.string(),
    }),
    spec: v.strictObject({
      template: v.strictObject({
        metadata: v.strictObject({
          annotations: v.strictObject({
            'autoscaling.knative.dev/min-scale': v.pipe(v.string(), v.regex(/^\d+$/)),
          }),
        }),
        spec: v.strictObject({containerConcurrency: v.pipe(v.number(), v.integer(), v.minValue(0))}),
      }),
    }),
  });

  test('containerConcurrency is that of the plan, 0 where it has no limit', () => {
    const rows = [
      {function: 'one', from: 0, until: 60, slots: 1},
      {function: 'ten', from: 0, until: 60, slots: 1, concurrency: 10},
      {function: 'all', from: 0, until: 60, slots: 1, concurrency: 2 ** 31 - 1},
    ];
    const patches = v.parse(v.array(patch), exported(rows, {to: 'knative'}).json());
    expect(patches.map((one) => one.spec.template.spec.containerConcurrency)).toEqual([1, 10, 0]);
    expect(exported(rows, {to: 'csv'}).text).toMatch(/^owner,app,ten,.*,10,0$/m);
    expect(exported(rows, {to: 'lambda'}).notes.join('')).toContain('AWS Lambda serves one call in an instance');
  });

  test('merge patches of the revision template, numbers as text, the most of all windows', () => {
    const {json, notes} = exported(daily, {to: 'knative', namespace: 'shop'});
    const patches = v.parse(v.array(patch), json());
    const scaleOf = Object.fromEntries(
      patches.map((one) => [
        one.metadata.name,
        one.spec.template.metadata.annotations['autoscaling.knative.dev/min-scale'],
      ]),
    );
    expect(scaleOf).toEqual({api: '10', floor: '3', tick: '2', night: '5'});
    expect(notes).toEqual(['min-scale follows no clock: each function gets the most slots of all its windows']);
  });

  test('--all undoes an earlier plan where this one keeps nothing', () => {
    expect(exported(daily, {to: 'knative', all: true}).text).toContain('"autoscaling.knative.dev/min-scale": "0"');
  });
});

describe('cloud-run', () => {
  test('gcloud commands with the most slots of all windows and the concurrency of the plan', () => {
    const rows = [
      {function: 'Api', from: 0, until: 60, slots: 3, concurrency: 80},
      {function: 'all', from: 0, until: 60, slots: 1, concurrency: 2 ** 31 - 1},
    ];
    const {json, notes} = exported(rows, {to: 'cloud-run'});
    expect(json()).toEqual([
      {
        service: 'api',
        minInstances: 3,
        concurrency: 80,
        command: 'gcloud run services update api --min-instances=3 --concurrency=80',
      },
      {
        service: 'all',
        minInstances: 1,
        concurrency: 1000,
        command: 'gcloud run services update all --min-instances=1 --concurrency=1000',
      },
    ]);
    expect(notes).toEqual(['Cloud Run serves up to 1000 calls in an instance, so --concurrency is that at most']);
  });
});

/** Minutes of a week at which a cron line of five fields strikes. */
function strikes(line: string): Set<number> {
  const [minutes, hours, day, month, weekday] = line.split(' ');
  expect([day, month]).toEqual(['*', '*']);
  const list = (text: string, size: number): number[] =>
    text === '*' ? Array.from({length: size}, (_, i) => i) : text.split(',').map(Number);
  const days =
    weekday === '*' ? [0, 1, 2, 3, 4, 5, 6] : [['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'].indexOf(weekday!)];
  const all = days.flatMap((d) =>
    list(hours!, 24).flatMap((h) => list(minutes!, 60).map((m) => (d * 24 + h) * 60 + m)),
  );
  expect(all.every((minute) => minute >= 0 && minute < 7 * DAY)).toBe(true);
  return new Set(all);
}

const WEEK = 7 * DAY;

/** Minutes until the next strike after `minute`. */
function untilNext(all: Set<number>, minute: number): number {
  for (let ahead = 1; ahead <= WEEK; ahead++) if (all.has((minute + ahead) % WEEK)) return ahead;
  return Number.POSITIVE_INFINITY;
}

describe('keda', () => {
  const scaledObject = v.strictObject({
    apiVersion: v.literal('keda.sh/v1alpha1'),
    kind: v.literal('ScaledObject'),
    metadata: v.strictObject({name: v.pipe(v.string(), v.maxLength(54)), namespace: v.string()}),
    spec: v.strictObject({
      scaleTargetRef: v.strictObject({name: v.string()}),
      minReplicaCount: v.pipe(v.number(), v.integer(), v.minValue(0)),
      maxReplicaCount: v.pipe(v.number(), v.integer(), v.minValue(1)),
      advanced: v.object({}),
      triggers: v.pipe(
        v.array(
          v.strictObject({
            type: v.literal('cron'),
            metadata: v.pipe(
              v.strictObject({
                timezone: v.literal('Etc/UTC'),
                start: v.string(),
                end: v.string(),
                desiredReplicas: v.pipe(v.string(), v.regex(/^[1-9]\d*$/)),
              }),
              v.check(({start, end}) => start !== end, 'start and end must differ'),
            ),
          }),
        ),
        v.minLength(1),
      ),
    }),
  });
  const list = v.strictObject({apiVersion: v.literal('v1'), kind: v.literal('List'), items: v.array(scaledObject)});
  type Scaled = v.InferOutput<typeof scaledObject>;

  /** Replicas that KEDA wants at a minute: a trigger is active while its next end comes no later than its next start. */
  function replicas({spec}: Scaled, minute: number): number {
    const active = spec.triggers.filter(({metadata}) => {
      const start = strikes(metadata.start);
      const end = strikes(metadata.end);
      return untilNext(end, minute) <= untilNext(start, minute);
    });
    return Math.max(spec.minReplicaCount, ...active.map(({metadata}) => Number(metadata.desiredReplicas)));
  }

  test('every minute of a day has the replicas that the plan has slots', () => {
    const plan = planOf(daily);
    const {items} = v.parse(list, exported(daily, {to: 'keda'}).json());
    expect(items.map(({metadata}) => metadata.name)).toEqual(['api-warm', 'floor-warm', 'tick-warm', 'night-warm']);
    for (const item of items) {
      const f = plan.name.indexOf(item.spec.scaleTargetRef.name);
      for (let minute = 0; minute < DAY; minute += 7) {
        expect([item.metadata.name, minute, replicas(item, minute)]).toEqual([
          item.metadata.name,
          minute,
          slotsAt(plan, f, (DAY + minute) * 60e6),
        ]);
      }
      expect(item.spec.maxReplicaCount).toBeGreaterThanOrEqual(100);
    }
  });

  test('a weekly plan names its days', () => {
    const weekly: PlanRow[] = [
      {function: 'f', from: 0, until: 6 * DAY, slots: 1, repeat: WEEK},
      {function: 'f', from: 6 * DAY, until: WEEK, slots: 7, repeat: WEEK},
    ];
    const {items} = v.parse(list, exported(weekly, {to: 'keda'}, {start_time: '2026-01-05T00:00:00Z'}).json());
    expect(items[0]!.spec).toMatchObject({
      minReplicaCount: 1,
      triggers: [{metadata: {start: '0 0 * * SUN', end: '0 0 * * MON', desiredReplicas: '7'}}],
    });
  });

  test('more than 100 replicas raise the cap that KEDA would put on them', () => {
    const {items} = v.parse(list, exported([{function: 'f', from: 0, until: 60, slots: 250}], {to: 'keda'}).json());
    expect(items[0]!.spec).toMatchObject({minReplicaCount: 250, maxReplicaCount: 250});
  });

  test('starts are early by the lead, in whole minutes', () => {
    const early = daily.map((row) => ({...row, leadMs: 90_000}));
    const {text} = exported(early, {to: 'keda'});
    expect(text).toContain('"start": "58 8 * * *"');
  });

  test('windows that come once are refused, unless it is said how they recur', () => {
    const once: PlanRow[] = [
      {function: 'f', from: 0, until: 60, slots: 1},
      {function: 'f', from: 60, until: 120, slots: 2},
    ];
    expect(() => exported(once, {to: 'keda', startUs: Date.UTC(2026, 0, 5) * 1000})).toThrow(
      /knows schedules that recur/,
    );
    const {items} = v.parse(list, exported(once, {to: 'keda', repeat: 'day'}).json());
    expect(items[0]!.spec.triggers).toHaveLength(2);
  });
});

describe('lambda', () => {
  const target = v.strictObject({
    ServiceNamespace: v.literal('lambda'),
    ResourceId: v.pipe(v.string(), v.regex(/^function:[a-zA-Z0-9-_]{1,64}:[a-zA-Z0-9-_]+$/)),
    ScalableDimension: v.literal('lambda:function:ProvisionedConcurrency'),
    MinCapacity: v.pipe(v.number(), v.integer(), v.minValue(0)),
    MaxCapacity: v.pipe(v.number(), v.integer(), v.minValue(1)),
  });
  const action = v.strictObject({
    ServiceNamespace: v.literal('lambda'),
    ResourceId: v.string(),
    ScalableDimension: v.literal('lambda:function:ProvisionedConcurrency'),
    ScheduledActionName: v.pipe(v.string(), v.regex(/^[^:/|\s]{1,256}$/)),
    Schedule: v.pipe(v.string(), v.regex(/^(at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|cron\(\S+ \S+ \S+ \S+ \S+ \S+\))$/)),
    Timezone: v.literal('UTC'),
    ScalableTargetAction: v.strictObject({MinCapacity: v.number(), MaxCapacity: v.number()}),
  });
  const schedules = v.array(
    v.strictObject({
      function: v.string(),
      registerScalableTarget: target,
      putScheduledAction: v.pipe(v.array(action), v.maxLength(200)),
    }),
  );

  /** A cron expression of AWS as five fields; one of its day fields is a question mark. */
  function fiveFields(schedule: string): string {
    const [minute, hour, dom, month, dow, year] = schedule.slice(5, -1).split(' ');
    expect(year).toBe('*');
    expect([dom, dow].filter((field) => field === '?')).toHaveLength(1);
    return `${minute} ${hour} * ${month} ${dow === '?' ? '*' : dow}`;
  }

  test('applied minute by minute the actions give the plan; minimum and maximum are alike', () => {
    const plan = planOf(daily);
    for (const one of v.parse(schedules, exported(daily, {to: 'lambda', leadUs: 0}).json())) {
      const f = plan.name.indexOf(one.function);
      const actions = one.putScheduledAction.map(({Schedule, ScalableTargetAction}) => {
        expect(ScalableTargetAction.MinCapacity).toBe(ScalableTargetAction.MaxCapacity);
        return {at: strikes(fiveFields(Schedule)), capacity: ScalableTargetAction.MinCapacity};
      });
      let capacity = -1;
      // The first day sets the capacity, the second is held against the plan.
      for (let minute = 0; minute < 2 * DAY; minute++) {
        for (const {at, capacity: wanted} of actions) if (at.has(minute)) capacity = wanted;
        if (minute >= DAY)
          expect([one.function, minute, capacity]).toEqual([one.function, minute, slotsAt(plan, f, minute * 60e6)]);
      }
      const names = one.putScheduledAction.map(({ScheduledActionName}) => ScheduledActionName);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('capacity is asked for two minutes early, because allocation takes a minute or two', () => {
    const [api] = v.parse(schedules, exported(daily, {to: 'lambda'}).json());
    expect(api!.putScheduledAction.map(({Schedule}) => Schedule)).toContain('cron(58 8 * * ? *)');
  });

  test('windows that come once become one-time actions that end with none', () => {
    const once: PlanRow[] = [
      {function: 'f', from: 60, until: 120, slots: 4},
      {function: 'f', from: 120, until: 180, slots: 2},
    ];
    const given = {to: 'lambda', startUs: Date.UTC(2026, 1, 8) * 1000, leadUs: 0};
    const [f] = v.parse(schedules, exported(once, given).json());
    expect(
      f!.putScheduledAction.map(({Schedule, ScalableTargetAction}) => [Schedule, ScalableTargetAction.MinCapacity]),
    ).toEqual([
      ['at(2026-02-08T01:00:00)', 4],
      ['at(2026-02-08T02:00:00)', 2],
      ['at(2026-02-08T03:00:00)', 0],
    ]);
    expect(() => exported(once, {to: 'lambda'})).toThrow(/does not say on which date/);
  });

  test('more than 200 changes, $LATEST and a blank qualifier are refused', () => {
    const many = Array.from(
      {length: 288},
      (_, i): PlanRow => ({
        function: 'f',
        from: 5 * i,
        until: 5 * i + 5,
        slots: 1 + (i % 2),
        repeat: DAY,
      }),
    );
    expect(() => exported(many, {to: 'lambda'})).toThrow(/AWS allows 200 scheduled actions/);
    expect(() => exported(daily, {to: 'lambda', qualifier: '$LATEST'})).toThrow(/must be an alias or a version/);
  });

  test('terraform says the same, with references, text escaped and capacity left to the schedule', () => {
    const json = exported(daily, {to: 'terraform'}).json() as {
      resource: Record<string, Record<string, Record<string, unknown>>>;
    };
    const cli = v.parse(schedules, exported(daily, {to: 'lambda'}).json());
    const targets = json.resource.aws_appautoscaling_target!;
    const actions = json.resource.aws_appautoscaling_scheduled_action!;
    expect(Object.keys(targets)).toEqual(cli.map((one) => `cf_${one.function}_live`));
    expect(Object.values(actions)).toHaveLength(cli.reduce((sum, one) => sum + one.putScheduledAction.length, 0));
    expect(targets.cf_api_live).toMatchObject({
      resource_id: 'function:api:live',
      max_capacity: 10,
      lifecycle: {ignore_changes: ['min_capacity', 'max_capacity']},
    });
    for (const [label, one] of Object.entries(actions)) {
      expect(label).toMatch(/^[a-zA-Z_][a-zA-Z0-9_-]*$/);
      expect(one.resource_id).toMatch(/^\$\{aws_appautoscaling_target\.[a-zA-Z0-9_-]+\.resource_id\}$/);
    }
    expect(escapeTemplate('a$' + '{b}%{c}')).toBe('a$$' + '{b}%%{c}');
  });
});
