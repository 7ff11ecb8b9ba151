import {Registry} from '../../../base/part.ts';
import type {JobEngine} from '../job.ts';
import {awsBatch} from './aws-batch.ts';
import {kubernetes} from './kubernetes.ts';
import {parallel} from './parallel.ts';
import {slurm} from './slurm.ts';

/** What shares can be run on. */
export const jobEngines = new Registry<JobEngine>({flag: '--engine', one: 'engine', many: 'engines'}, [
  slurm,
  kubernetes,
  awsBatch,
  parallel,
]);
