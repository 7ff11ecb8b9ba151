import {inputError} from '../../base/errors.ts';
import {hashBytes} from '../../base/random.ts';
import type {MinuteSeries} from '../../demand/calls/minute-series.ts';
import type {StoredNetwork} from '../network/read-network.ts';
import type {TrainOptions} from './options.ts';
import type {EpochLosses, TrainingState} from './trainer.ts';

const SCHEMA = 'coldfront.checkpoint/1';
const arrays = ['theta', 'm', 'v', 'average'] as const;

/** What stands in the first line; the arrays follow as little-endian float32, the best parameters last. */
interface Header {
  readonly schema: string;
  /** What the run is about: only the same options on the same workload may go on from here. */
  readonly run: string;
  readonly parameters: number;
  readonly step: number;
  readonly bestEpoch: number;
  readonly losses: readonly EpochLosses[];
}

/** The bytes of a checkpoint: enough to go on to the same bits as a run that was never stopped. */
export function encodeCheckpoint(
  state: TrainingState,
  series: MinuteSeries,
  options: TrainOptions,
  start?: StoredNetwork,
): Uint8Array[] {
  const {optimiser} = state;
  const header: Header = {
    schema: SCHEMA,
    run: describeRun(series, options, start),
    parameters: optimiser.theta.length,
    step: optimiser.step,
    bestEpoch: state.bestEpoch,
    losses: state.losses,
  };
  const parts = [...arrays.map((name) => optimiser[name]), state.best];
  return [
    new TextEncoder().encode(`${JSON.stringify(header)}\n`),
    ...parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)),
  ];
}

/** The state in a checkpoint of this very run; a file that is cut, of another run or no checkpoint is bad input. */
export function decodeCheckpoint(
  file: Uint8Array,
  place: string,
  series: MinuteSeries,
  options: TrainOptions,
  start?: StoredNetwork,
): TrainingState {
  const end = file.indexOf(10);
  const header = parseHeader(file.subarray(0, Math.max(0, end)), place);
  if (header.run !== describeRun(series, options, start)) {
    throw inputError(place, 'is of a run with other options or another workload', 'leave out --resume to begin anew');
  }
  const bytes = 4 * header.parameters;
  if (file.length !== end + 1 + bytes * (arrays.length + 1)) throw inputError(place, 'is cut: parameters are missing');
  // A copy, as parameters need not lie on a multiple of four bytes in the file.
  const array = (k: number) =>
    new Float32Array(Uint8Array.from(file.subarray(end + 1 + k * bytes, end + 1 + (k + 1) * bytes)).buffer);
  const [theta, m, v, average] = arrays.map((_, k) => array(k));
  return {
    optimiser: {theta: theta!, m: m!, v: v!, average: average!, step: header.step},
    losses: [...header.losses],
    bestEpoch: header.bestEpoch,
    best: array(arrays.length),
  };
}

function parseHeader(line: Uint8Array, place: string): Header {
  try {
    const header = JSON.parse(new TextDecoder().decode(line)) as Header;
    if (header.schema === SCHEMA) return header;
  } catch {
    // Not JSON: said below.
  }
  throw inputError(place, 'is no training checkpoint');
}

function describeRun(series: MinuteSeries, options: TrainOptions, start: StoredNetwork | undefined): string {
  const active = series.length.reduce((sum, length) => sum + length, 0);
  const from = start && [...start.blocks.values()].map((block) => hashBytes(new Uint8Array(block.buffer)));
  return JSON.stringify({rows: series.rows, span: series.span, active, options, from});
}
