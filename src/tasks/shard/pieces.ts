import {invariant} from '../../base/errors.ts';
import {fileDigest, valueDigest} from '../../files/digest.ts';
import {FramesToCome} from '../../files/frames.ts';
import {PartFiles, type PartHeader, SCHEMA, type ShareRequest} from './part.ts';

/** Work that is no replay, in pieces that any machine can do: `about` is what all of them must agree on, `run` does one. */
export interface PieceWork {
  readonly pieces: number;
  readonly about: unknown;
  run(piece: number): Promise<unknown>;
}

/** Does every n-th piece, from this share's own on, and writes what comes of them. `calls` counts what that is worth. */
export async function writePieces(
  {shard, workloadPath, out, force, version, command, argv}: ShareRequest,
  {pieces, about, run}: PieceWork,
): Promise<PartHeader> {
  const frames = new FramesToCome();
  const mine = Array.from({length: pieces}, (_, k) => k).filter((k) => k % shard.of === shard.index - 1);
  for (const piece of mine) frames.put(await run(piece));
  frames.put(Int32Array.from(mine));
  const header: PartHeader = {
    ...{schema: SCHEMA, version, command, argv, shard: shard.index, of: shard.of, cells: mine.length, calls: 0},
    workload: workloadPath === '' ? '' : await fileDigest(workloadPath),
    ...{plan: valueDigest(about), prepared: ''},
  };
  frames.write(out, force, header);
  return header;
}

/** What has come of all pieces of a work. */
export class Pieces extends PartFiles {
  private readonly at = new Map<number, {readonly file: number; readonly frame: number}>();

  /** Refuses the parts of another work than this. */
  begin({about}: Pick<PieceWork, 'about'>): void {
    this.refuseOther(valueDigest(about));
    for (const [k, file] of this.files.entries()) {
      const pieces = file.value(file.count - 1) as Int32Array;
      for (const [frame, piece] of pieces.entries()) this.at.set(piece, {file: k, frame});
    }
  }

  value(piece: number): unknown {
    const at = this.at.get(piece);
    invariant(at !== undefined, () => `no part holds piece ${piece}`);
    return this.files[at.file]!.value(at.frame);
  }
}

/** Does the work here, or takes what other machines have made of it. */
export function eachPiece(work: PieceWork, atHand: Pieces | undefined): AsyncGenerator<unknown> {
  atHand?.begin(work);
  return valuesOf(work, atHand);
}

async function* valuesOf(work: PieceWork, atHand: Pieces | undefined): AsyncGenerator<unknown> {
  for (let piece = 0; piece < work.pieces; piece++) yield atHand ? atHand.value(piece) : await work.run(piece);
}
