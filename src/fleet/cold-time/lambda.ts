import {probit} from 'simple-statistics';
import {normalTail} from '../../base/distributions.ts';
import {usageError} from '../../base/errors.ts';
import {oneOf, sizeMib, text} from '../../base/parameters.ts';
import {US_PER_MS} from '../../base/units.ts';
import {callUnit, coldTimeModel} from './cold-time.ts';
import table from './lambda-init.json' with {type: 'json'};

/** Which measured series: AWS Lambda's Init Duration by runtime, package, memory and architecture. */
interface LambdaValues {
  readonly runtime: string;
  readonly memory: number;
  readonly package: 'zip' | 'image';
  readonly arch: 'x86_64' | 'arm64';
}

interface Series {
  readonly memoryMib: number;
  readonly sigma: number;
  /** Measured values at the shares. */
  readonly quantilesMs: readonly number[];
}

/** Shares at which the table gives quantiles. */
const shares = [0.5, 0.9, 0.95, 0.99, 1];

/**
 * Cold times from the measured table of lambda-perf (365 days): linear between its percentiles, below the median
 * log-normal with the fitted sigma. A memory size that was not measured takes the nearest one that was. The mean is that
 * of this line, what draws come to, not the measured one: the line to the slowest start of a year lies above what was
 * measured, so it is larger, by 2 % for the median series and 26 % at most.
 */
export const lambda = coldTimeModel({
  name: 'lambda',
  summary: 'as measured on AWS Lambda (Init Duration) for the runtime, package and memory',
  parameters: {
    runtime: text('runtime', 'runtime of the functions', {example: 'nodejs20.x'}),
    memory: sizeMib('memory of an instance; the nearest size that was measured', {default: '128MiB'}),
    package: oneOf(['zip', 'image'], 'how code is packed', {default: 'zip'}),
    arch: oneOf(['x86_64', 'arm64'], 'processor', {default: 'x86_64'}),
  },
  alike: true,
  byCall: false,
  check: seriesOf,
  create(values, {key, seed}) {
    const {sigma, quantilesMs} = seriesOf(values, 'lambda');
    const meanUs = Math.round(meanMs(sigma, quantilesMs) * US_PER_MS);
    return {
      drawUs: (fn, nowUs) => Math.round(quantileMs(callUnit(key[fn]!, nowUs, seed), sigma, quantilesMs) * US_PER_MS),
      meanUs: () => meanUs,
      shareAbove: (_, us) => shareAboveMs(us / US_PER_MS, sigma, quantilesMs),
    };
  },
});

function quantileMs(u: number, sigma: number, quantilesMs: readonly number[]): number {
  if (u <= 0.5) return quantilesMs[0]! * Math.exp(sigma * probit(u));
  let k = 1;
  while (u > shares[k]!) k++;
  const low = quantilesMs[k - 1]!;
  return low + ((quantilesMs[k]! - low) * (u - shares[k - 1]!)) / (shares[k]! - shares[k - 1]!);
}

function shareAboveMs(ms: number, sigma: number, quantilesMs: readonly number[]): number {
  if (ms <= 0) return 1;
  if (ms < quantilesMs[0]!) return normalTail(Math.log(ms / quantilesMs[0]!) / sigma);
  for (let k = 1; k < shares.length; k++) {
    const [low, high] = [quantilesMs[k - 1]!, quantilesMs[k]!];
    if (ms < high) return 1 - shares[k - 1]! - ((ms - low) / (high - low)) * (shares[k]! - shares[k - 1]!);
  }
  return 0;
}

function meanMs(sigma: number, quantilesMs: readonly number[]): number {
  // Of a log-normal, cut at its median.
  let mean = quantilesMs[0]! * Math.exp((sigma * sigma) / 2) * normalTail(sigma);
  for (let k = 1; k < shares.length; k++) {
    mean += ((shares[k]! - shares[k - 1]!) * (quantilesMs[k - 1]! + quantilesMs[k]!)) / 2;
  }
  return mean;
}

/** The measured series nearest to the values; a runtime, package or architecture without any is a usage error. */
function seriesOf(values: LambdaValues, what: string): Series {
  const rows = table.rows as unknown as [string, string, number, string, ...number[]][];
  const runtimes = [...new Set(rows.map((row) => row[0]))];
  if (!runtimes.includes(values.runtime)) {
    throw usageError(
      `${what}: runtime is '${values.runtime}', there are no measurements of it`,
      `measured: ${runtimes.join(', ')}`,
    );
  }
  const series = rows
    .filter(([runtime, pack, , arch]) => runtime === values.runtime && pack === values.package && arch === values.arch)
    .map(([, , memoryMib, , sigma, p50, p90, p95, p99, max]) => ({
      memoryMib,
      sigma: sigma!,
      quantilesMs: [p50!, p90!, p95!, p99!, max!],
    }));
  const distance = (s: Series): number => Math.abs(Math.log(s.memoryMib / values.memory));
  const nearest = series.sort((a, b) => distance(a) - distance(b))[0];
  if (!nearest) {
    throw usageError(
      `${what}: ${values.runtime} was not measured as ${values.package} on ${values.arch}`,
      'try package=zip or package=image, arch=x86_64 or arch=arm64',
    );
  }
  return nearest;
}
