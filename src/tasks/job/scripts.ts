import {shellWord} from '../../base/text.ts';
import type {Job} from './job.ts';

const line = (words: readonly string[]): string => words.map(shellWord).join(' ');

/** Wrong flags, bad input and missed objectives stay what they are, however often they are tried. */
export const finalExits = [2, 3, 4] as const;

/** The command that does a share; `shard` and `part` are a shell's text, already quoted. */
export function shareLine({program, argv, resources}: Job, shard: string, part: string): string {
  return `${line([...program, ...argv])} --shard ${shard} --out ${part} --force --threads ${resources.cpus} --quiet`;
}

/** The command that joins the parts; `parts` is a shell's text. */
export function mergeLine({program, reportFlags, resources}: Job, parts: string): string {
  return `${line([...program, 'merge'])} ${parts} ${line([...reportFlags, '--force', `--threads=${resources.cpus}`])}`;
}

/** Joins the parts of shares that are counted from 0 on, in any shell. */
export function joinLine(job: Job): string {
  const part = `${shellWord(`${job.folder}/parts`)}/"$k".part`;
  return `set --; for k in $(seq 0 ${job.shards - 1}); do set -- "$@" ${part}; done; exec ${mergeLine(job, '"$@"')}`;
}

/** What a script in a folder of the user's says first. */
export const beginning = (what: string): string => `#!/usr/bin/env bash
# ${what}
# Run it where the workload and the other files of the run are.
set -u
`;

/** A script that does the share whose number it is given, and tries again what may have been bad luck. */
export function shardScript(job: Job): string {
  const {folder, retries, shards} = job;
  const part = `${shellWord(`${folder}/parts`)}/"$1".part`;
  return `${beginning(`Share $1 of ${shards}.`)}for ((left = ${retries}; ; left--)); do
  ${shareLine(job, `"$1"/${shards}`, part)}
  status=$?
  case $status in 0 | ${finalExits.join(' | ')}) exit $status ;; esac
  if ((left <= 0)); then exit $status; fi
done
`;
}

/** A script that joins the parts of all shares. */
export function mergeScript(job: Job): string {
  const parts = `${shellWord(`${job.folder}/parts`)}/{1..${job.shards}}.part`;
  return `${beginning('The report of all shares.')}exec ${mergeLine(job, parts)}
`;
}

/** `00:10:00` */
export function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
