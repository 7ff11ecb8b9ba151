import type {Workload} from './workload.ts';

/** Whether somebody waits for the answer, nobody does, or a clock calls. */
export type TriggerKind = 'sync' | 'async' | 'timer' | 'unknown';

/** The trigger's name of function `f`, '' when unknown. */
export function triggerOf({trigger}: Workload, f: number): string {
  return trigger.values[trigger.id[f]!] ?? '';
}

const HTTP = /http|apig|api|grpc|websocket|request/;

/** Whether function `f` is called over http, by its trigger's name. */
export function isHttp(workload: Workload, f: number): boolean {
  return HTTP.test(triggerOf(workload, f).toLowerCase());
}

/**
 * What a trigger's name says of its caller: Azure's names (http, queue, timer...), Huawei's with their suffix (-S
 * waits, -A does not) and several at once, where one that waits decides.
 */
export function triggerKind(trigger: string): TriggerKind {
  const kinds = trigger.toLowerCase().split(/\s+/).map(kindOfOne);
  return kinds.find((kind) => kind === 'sync') ?? kinds.find((kind) => kind !== 'unknown') ?? 'unknown';
}

function kindOfOne(name: string): TriggerKind {
  if (/timer|cron|schedule/.test(name)) return 'timer';
  if (/-s$/.test(name)) return 'sync';
  if (/-a$/.test(name)) return 'async';
  if (HTTP.test(name)) return 'sync';
  if (/queue|event|storage|stream|blob|topic|kafka|sqs|sns|obs|s3|orchestration|activity/.test(name)) return 'async';
  return 'unknown';
}
