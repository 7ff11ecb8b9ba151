import {usageError} from '../../base/errors.ts';
import {wholeReader} from '../../base/readers.ts';

/** A share of a run: the `index`-th, from 1 on, of so many. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** More are a mistake. */
const MOST_SHARDS = 100_000;

/** Where engines say which task of an array a process is. */
interface Engine {
  readonly name: string;
  /** Number of the task, and of the first one. */
  readonly index: string;
  readonly first: (environment: NodeJS.ProcessEnv) => number;
  /** How many there are; undefined: the engine does not say. */
  readonly count: string | undefined;
}

const engines: readonly Engine[] = [
  {
    name: 'Slurm',
    index: 'SLURM_ARRAY_TASK_ID',
    first: ({SLURM_ARRAY_TASK_MIN = '0'}) => Number(SLURM_ARRAY_TASK_MIN),
    count: 'SLURM_ARRAY_TASK_COUNT',
  },
  {name: 'Kubernetes', index: 'JOB_COMPLETION_INDEX', first: () => 0, count: undefined},
  {name: 'AWS Batch', index: 'AWS_BATCH_JOB_ARRAY_INDEX', first: () => 0, count: 'AWS_BATCH_JOB_ARRAY_SIZE'},
  {name: 'GNU parallel', index: 'PARALLEL_SEQ', first: () => 1, count: undefined},
];

/** Reads `3/8`, `auto`, or `auto/8` where the engine does not say how many there are. @throws UserError (exit 2) */
export function readShard(text: string, flag: string, environment: NodeJS.ProcessEnv): Shard {
  const [, which, many] = /^(auto|\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (which === undefined || (which !== 'auto' && many === undefined)) {
    throw usageError(`${flag} is '${text}', must be a share such as 3/8, or auto`);
  }
  const given = many === undefined ? undefined : wholeReader(1, MOST_SHARDS)(many, flag);
  if (which !== 'auto') return within({index: Number(which), of: given!}, flag, text);
  const engine = engines.find(({index}) => environment[index] !== undefined);
  if (engine === undefined) {
    const names = engines.map(({name, index}) => `${index} (${name})`).join(', ');
    throw usageError(`${flag} is '${text}', but none of ${names} is set`, 'say which: --shard 3/8');
  }
  const {index, first, count, name} = engine;
  const said = count === undefined ? undefined : environment[count];
  const of = given ?? (said === undefined ? Number.NaN : Number(said));
  if (!Number.isInteger(of)) {
    throw usageError(
      `${flag} is '${text}', but ${name} does not say how many tasks there are`,
      'say it: --shard auto/8',
    );
  }
  const at = Number(environment[index]) - first(environment) + 1;
  return within({index: at, of}, flag, `${text}, task ${environment[index]} of ${name}`);
}

function within(shard: Shard, flag: string, said: string): Shard {
  const {index, of} = shard;
  if (Number.isInteger(index) && index >= 1 && index <= of) return shard;
  throw usageError(`${flag} is '${said}', must be one of the shards 1 to ${of}`);
}
