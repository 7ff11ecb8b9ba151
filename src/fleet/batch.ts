import {usageError} from '../base/errors.ts';
import {finiteTimeUs, numberFrom, sizeMib, text, wholeAtLeast} from '../base/parameters.ts';
import {parseValues} from '../base/part.ts';
import {readLengthUs} from '../base/readers.ts';
import type {HostShape} from './host-shape.ts';

/** Hosts of their own for long calls, which run there in one go: without a limit on their time and without checkpoints. */
export interface BatchPool {
  readonly hosts: number;
  /** Of a host; undefined: as the fleet's have. */
  readonly slots: number | undefined;
  readonly memoryMib: number | undefined;
  /** Functions whose calls are expected to take as long go there, us; undefined: none by that. */
  readonly fromUs: number | undefined;
  /** Functions of that class (the column of --functions) go there; undefined: none by that. */
  readonly className: string | undefined;
  /** Of every instance, us. */
  readonly startUs: number;
  /** Of all memory of its hosts, used or not. */
  readonly usdPerGbHour: number;
}

const parameters = {
  hosts: wholeAtLeast(1, 'How many.', {example: '20'}),
  slots: text('count', 'Of a host; as the fleet if left out.', {default: '', example: '16'}),
  memory: text('size', 'Of a host; as the fleet if left out.', {default: '', example: '64GiB'}),
  from: text('time', 'Functions whose calls are expected to take as long go there.', {default: '', example: '30s'}),
  class: text('name', 'Functions of that class go there.', {default: '', example: 'video'}),
  start: finiteTimeUs('What a start takes.', {default: '60s'}),
  usdPerGbHour: numberFrom(0, 1e6, 'Of all memory of its hosts, used or not.', {default: '0.012', example: '0.012'}),
} as const;

const slots = wholeAtLeast(1, '');
const memory = sizeMib('');

/** `hosts=20,from=30s,start=60s,usdPerGbHour=0.012`. */
export function readBatchPool(given: string, what: string): BatchPool {
  const values = parseValues(given, parameters, {name: what, what, said: `${what} is '${given}'`});
  const {hosts, start: startUs, usdPerGbHour} = values;
  if (values.from === '' && values.class === '') {
    throw usageError(
      `${what} is '${given}', which does not say whose calls go there`,
      'give from=30s, by what calls are expected to take, or class=NAME',
    );
  }
  return {
    hosts,
    slots: values.slots === '' ? undefined : slots.parse(values.slots, `${what}:slots`),
    memoryMib: values.memory === '' ? undefined : memory.parse(values.memory, `${what}:memory`),
    fromUs: values.from === '' ? undefined : readLengthUs(values.from, `${what}:from`),
    className: values.class === '' ? undefined : values.class,
    startUs,
    usdPerGbHour,
  };
}

/** Its hosts beside those of the fleet; exit 2 where nobody says how much memory they have, for which is paid. */
export function hostsOfPool({hosts, slots: ownSlots, memoryMib}: BatchPool, fleet: HostShape): HostShape {
  const shape = {count: hosts, slots: ownSlots ?? fleet.slots, memoryMib: memoryMib ?? fleet.memoryMib};
  if (shape.memoryMib < Number.POSITIVE_INFINITY) return shape;
  throw usageError("batch is paid for by its hosts' memory, which nobody says", 'give batch memory=64GiB, or --memory');
}
