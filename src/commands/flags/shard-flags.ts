import {Flags} from '@oclif/core';
import {usageError} from '../../base/errors.ts';
import {formatCount} from '../../base/units.ts';
import type {PartHeader, ShareRequest} from '../../tasks/shard/part.ts';
import type {Pieces} from '../../tasks/shard/pieces.ts';
import {readShard} from '../../tasks/shard/shard.ts';
import {tableFlags, topFlag} from './common-flags.ts';
import {valueFlag} from './value-flags.ts';

/** What is said of tables: of the report, so `merge` says it. */
const tableNames = Object.keys({...tableFlags, ...topFlag});

const shard = valueFlag((text, flag) => readShard(text, flag, process.env))({
  helpValue: 'K/N',
  summary: 'Do the K-th of N shares alone, and write a part for `merge` to --out; auto: as the job array says.',
  exclusive: ['json', ...tableNames, 'parts', 'from-parts'],
});

const partsFlag = Flags.string({
  helpValue: 'PART',
  multiple: true,
  multipleNonGreedy: true,
  summary: 'Take outcomes from these parts, as `merge` does.',
});

/** For commands whose cells, or other pieces of work, may be worked out on several machines. */
export const shardFlags = {shard, parts: partsFlag};

/** The same for a command whose own output has parts. */
export const synthShardFlags = {shard, 'from-parts': partsFlag};

/** What has come of the pieces that other machines have worked out; undefined: none has. */
export async function piecesIn(paths: readonly string[] | undefined): Promise<Pieces | undefined> {
  return paths && new (await import('../../tasks/shard/pieces.ts')).Pieces(paths);
}

/** What a share of a run has of its own: neither what it finds nor what `merge` says instead. */
const ownFlags = new Set([
  'shard',
  'out',
  'force',
  'threads',
  'quiet',
  'debug',
  'no-color',
  'timing',
  'json',
  ...tableNames,
  'markdown',
  'progress',
  'watch',
]);

/** What oclif has read, word by word. */
type Raw = readonly (
  | {readonly type: 'arg'; readonly input: string}
  | {readonly type: 'flag'; readonly flag: string; readonly input: string}
)[];

/** What oclif has read: `raw` as it was written. */
interface Read {
  /** Undefined: the command reads none. */
  readonly args: {readonly workload?: string | undefined};
  readonly flags: {
    readonly shard: ShareRequest['shard'] | undefined;
    readonly out: string | undefined;
    readonly force: boolean;
  };
  readonly raw: Raw;
}

/** Words of a command line: what is run, and where the report goes and how it looks. */
interface Words {
  readonly argv: string[];
  readonly report: string[];
}

/** What each share of a command is to run, and what `merge` is to print; `definitions` are the command's flags. */
export function wordsOf(definitions: object, raw: Raw): Words {
  const types = definitions as Readonly<Record<string, {readonly type: string} | undefined>>;
  const words: Words = {argv: [], report: []};
  for (const token of raw) {
    if (token.type !== 'flag') words.argv.push(token.input);
    else {
      const word = types[token.flag]?.type === 'option' ? `--${token.flag}=${token.input}` : token.input;
      if (!ownFlags.has(token.flag)) words.argv.push(word);
      else if (['out', 'json', 'markdown', ...tableNames].includes(token.flag)) words.report.push(word);
    }
  }
  return words;
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
  if (out === undefined) throw usageError('--shard writes a part and needs --out', 'for example --out 1.part');
  const {argv} = wordsOf(definitions, raw);
  return {version, command: id, argv, shard, workloadPath: args.workload ?? '', out, force};
}

/** What became of a share, in a line. */
export function partText({shard, of, cells, calls, command}: PartHeader): string {
  const one = ['replay', 'frontier', 'size'].includes(command) ? 'cell' : 'piece';
  const told = one === 'cell' ? `, ${formatCount(calls)} calls` : '';
  return `shard ${shard} of ${of}: ${formatCount(cells)} ${one}${cells === 1 ? '' : 's'}${told}\n`;
}
