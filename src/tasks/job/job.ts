import type {Entry} from '../../base/part.ts';

/** What of a machine a task is given. */
export interface Resources {
  readonly cpus: number;
  readonly memoryMib: number;
  /** After so long it is ended. */
  readonly limitSeconds: number;
}

/** A run that is shared out, and how. */
export interface Job {
  readonly name: string;
  readonly shards: number;
  /** How often a task that failed is tried again. */
  readonly retries: number;
  readonly resources: Resources;
  /** Words that start the tool: `coldfront`. */
  readonly program: readonly string[];
  /** The run itself: `replay w.arrow --policy adaptive`. */
  readonly argv: readonly string[];
  /** What `merge` is told besides the parts: where the report goes, and in which form. */
  readonly reportFlags: readonly string[];
  /** Folder of the job's files, as scripts are to call it. */
  readonly folder: string;
  /** Undefined: the engine's own. */
  readonly queue: string | undefined;
  readonly image: string | undefined;
  readonly volume: string | undefined;
}

/** One file of a job, by its name in the folder. */
export interface JobFile {
  readonly name: string;
  readonly text: string;
}

/** What writes the files of a job. */
export interface JobEngine extends Entry {
  /** Flags that it cannot do without. */
  readonly needs: readonly ('image' | 'volume')[];
  /** An array of fewer tasks is none. */
  readonly leastShards: number;
  /** What starts the job, for the user. */
  start(job: Job): string;
  files(job: Job): JobFile[];
}
