import {inputError} from '../base/errors.ts';
import {checkOutput} from '../files/output.ts';
import {checkFolder, writeFolder} from '../files/output-folder.ts';
import {encodeWorkload} from '../workload/file/arrow-encode.ts';
import {openWorkload, readWorkload, writeWorkload} from '../workload/file/file.ts';
import {DEFAULT_FUNCTIONS} from '../workload/synth/limits.ts';
import {type SynthTask, synth, synthParts, synthPieces, withArrivals} from '../workload/synth/synth.ts';
import {type SynthReport, synthReport} from '../workload/synth/synth-report.ts';
import type {MinuteArrivals, Workload} from '../workload/workload.ts';
import {checkShare, type PartHeader, type ShareRequest} from './shard/part.ts';
import {eachPiece, type Pieces, type PieceWork, writePieces} from './shard/pieces.ts';

/** What `coldfront synth` was asked to do. */
export interface SynthRequest extends SynthTask {
  /** Workload to take after, `-` for stdin; undefined: Azure's population. */
  readonly like: string | undefined;
  /** Workload file to write, or the folder of its parts. */
  readonly out: string;
  /** Files to write it in; undefined: one, which is no folder. */
  readonly parts?: number | undefined;
  /** Calls that other machines have laid out; undefined: they are laid out here. */
  readonly pieces?: Pieces | undefined;
  readonly force: boolean;
}

/** Makes a workload, writes it, and returns the report. */
export async function runSynth(request: SynthRequest): Promise<SynthReport> {
  const {like, out, seed, parts, force} = request;
  if (parts === undefined) checkOutput(out, force);
  else checkFolder(out, force);
  const after = like === undefined ? undefined : await workloadToTakeAfter(like);
  if (parts !== undefined) {
    const made = synthParts(request, after, parts);
    writeFolder(out, force, (write) => {
      let part = 0;
      for (const workload of made) {
        const number = String(++part).padStart(String(parts).length, '0');
        write(`part-${number}-of-${parts}.arrow`, (sink) => encodeWorkload(workload, sink));
      }
    });
    return synthReport(await openWorkload(out), seed, out);
  }
  const workload = await wholeOf(request, after);
  await writeWorkload(workload, out, request);
  return synthReport(workload, seed, out);
}

/** Lays out the calls of a share of the functions, and writes them. */
export async function runSynthShare(
  request: Omit<SynthRequest, 'out' | 'parts' | 'pieces'> & {readonly share: ShareRequest},
): Promise<PartHeader> {
  const {share, like} = request;
  checkShare(share);
  const after = like === undefined ? undefined : await workloadToTakeAfter(like);
  return writePieces(share, piecesOf(request, after));
}

/** Functions whose calls are laid out one after the other: the pieces of a workload, whoever makes them. */
const PIECES = 64;

function piecesOf(request: SynthTask, like: Workload | undefined): PieceWork {
  const {functions, teams, ratePerSecond, spanUs, meanDurationMs, seed} = request;
  const pieces = Math.min(PIECES, functions ?? like?.functions ?? DEFAULT_FUNCTIONS);
  const about = {functions, teams, ratePerSecond, spanUs, meanDurationMs, seed, like};
  let made: ReturnType<typeof synthPieces> | undefined;
  return {pieces, about, run: async (piece) => (made ??= synthPieces(request, like, pieces))(piece).arrivals};
}

/** The workload, its calls laid out here or by other machines. */
async function wholeOf(request: SynthRequest, like: Workload | undefined): Promise<Workload> {
  if (request.pieces === undefined) return synth(request, like);
  const work = piecesOf(request, like);
  const arrivals: MinuteArrivals[] = [];
  for await (const piece of eachPiece(work, request.pieces)) arrivals.push(piece as MinuteArrivals);
  return withArrivals(request, like, arrivals);
}

async function workloadToTakeAfter(path: string): Promise<Workload> {
  const trace = await readWorkload(path);
  if (trace.functions === 0) throw inputError(path === '-' ? 'stdin' : path, 'has no functions to take after');
  return trace;
}
