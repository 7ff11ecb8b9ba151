import {Registry} from '../../../base/part.ts';
import {drf} from './orders/drf.ts';
import {drr} from './orders/drr.ts';
import {edf} from './orders/edf.ts';
import {fifo} from './orders/fifo.ts';
import {lifo} from './orders/lifo.ts';
import {mqfqSticky} from './orders/mqfq-sticky.ts';
import {priority} from './orders/priority.ts';
import {sfq} from './orders/sfq.ts';
import {value} from './orders/value.ts';
import {warmFirst} from './orders/warm-first.ts';
import type {QueuePart} from './queue.ts';

/** `--queue` by name. */
export const queues = new Registry<QueuePart>({flag: '--queue', one: 'queue', many: 'queues'}, [
  warmFirst,
  fifo,
  lifo,
  priority,
  edf,
  value,
  drr,
  sfq,
  mqfqSticky,
  drf,
]);
