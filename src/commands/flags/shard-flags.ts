import {Flags} from '@oclif/core';
import {formatCount} from '../../base/units.ts';
import type {PartHeader, ShareRequest} from '../../tasks/shard/part.ts';
import {readShard} from '../../tasks/shard/shard.ts';
import {valueFlag} from './value-flags.ts';

/** For commands whose cells may be worked out on several machines. */
export const shardFlags = {
  shard: valueFlag((text, flag) => readShard(text, flag, process.env))({
    helpValue: 'K/N',
    summary: 'Do the K-th of N shares alone, and write a part for `merge` to --out; auto: as the job array says.',
    exclusive: ['json', 'csv', 'parts'],
  }),
  parts: Flags.string({
    helpValue: 'PART',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Take outcomes from these parts, as `merge` does.',
  }),
};

/** What a share of a run has of its own: neither what it finds nor what `merge` says instead. */
const ownFlags = new Set(['shard', 'out', 'force', 'threads', 'quiet', 'debug', 'no-color', 'timing', 'json', 'csv']);

/** What oclif has read: `raw` as it was written. */
interface Read {
  readonly args: {readonly workload: string};
  readonly flags: {readonly shard: ShareRequest['shard'] | undefined; readonly out: string; readonly force: boolean};
  readonly raw: readonly (
    | {readonly type: 'arg'; readonly input: string}
    | {readonly type: 'flag'; readonly flag: string; readonly input: string}
  )[];
}

/**
 * What the flags say of the share of a command to be done here; undefined: all of it. `definitions` are the command's
 * flags, `id` its name.
 */
export function shareRequest(
  {id, version, definitions}: {readonly id: string; readonly version: string; readonly definitions: object},
  {args, flags, raw}: Read,
): ShareRequest | undefined {
  const {shard, out, force} = flags;
  if (shard === undefined) return undefined;
  const types = definitions as Readonly<Record<string, {readonly type: string} | undefined>>;
  const argv = raw.flatMap((token) => {
    if (token.type !== 'flag') return [token.input];
    if (ownFlags.has(token.flag)) return [];
    return types[token.flag]?.type === 'boolean' ? [token.input] : [`--${token.flag}=${token.input}`];
  });
  return {version, command: id, argv, shard, workloadPath: args.workload, out, force};
}

/** What became of a share, in a line. */
export function partText({shard, of, cells, calls}: PartHeader): string {
  const what = cells === 1 ? 'cell' : 'cells';
  return `shard ${shard} of ${of}: ${formatCount(cells)} ${what}, ${formatCount(calls)} calls\n`;
}
