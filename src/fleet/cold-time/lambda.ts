import {probit} from 'simple-statistics';
import {usageError} from '../../base/errors.ts';
import {US_PER_MS} from '../../base/units.ts';
import {type ColdTime, callUnit, type LambdaChoice} from './cold-time.ts';
import table from './lambda-init.json' with {type: 'json'};

interface Series {
  readonly memoryMib: number;
  readonly sigma: number;
  /** Measured values in ms at shares .5 .9 .95 .99 and 1. */
  readonly quantilesMs: readonly number[];
  readonly meanMs: number;
}

const shares = [0.5, 0.9, 0.95, 0.99, 1];

/**
 * Cold times from the measured table of lambda-perf (365 days): linear between its percentiles, below the median
 * log-normal with the fitted sigma. A memory size that was not measured takes the nearest one that was.
 */
export function lambdaColdTime(choice: LambdaChoice, key: Int32Array, seed: number): ColdTime {
  const {sigma, quantilesMs, meanMs} = seriesOf(choice);
  const meanUs = Math.round(meanMs * US_PER_MS);
  return {
    drawUs: (fn, nowUs) => Math.round(quantileMs(callUnit(key[fn]!, nowUs, seed), sigma, quantilesMs) * US_PER_MS),
    meanUs: () => meanUs,
  };
}

function quantileMs(u: number, sigma: number, quantilesMs: readonly number[]): number {
  if (u <= 0.5) return quantilesMs[0]! * Math.exp(sigma * probit(u));
  let k = 1;
  while (u > shares[k]!) k++;
  const low = quantilesMs[k - 1]!;
  return low + ((quantilesMs[k]! - low) * (u - shares[k - 1]!)) / (shares[k]! - shares[k - 1]!);
}

/** The measured series nearest to the choice; an unknown runtime, package or architecture is a usage error. */
export function seriesOf(choice: LambdaChoice): Series {
  const rows = table.rows as unknown as [string, string, number, string, ...number[]][];
  const runtimes = [...new Set(rows.map((row) => row[0]))];
  if (!runtimes.includes(choice.runtime)) {
    throw usageError(
      `--cold lambda: runtime is '${choice.runtime}', there are no measurements of it`,
      `measured: ${runtimes.join(', ')}`,
    );
  }
  const series = rows
    .filter(([runtime, pack, , arch]) => runtime === choice.runtime && pack === choice.package && arch === choice.arch)
    .map(([, , memoryMib, , sigma, p50, p90, p95, p99, max, mean]) => ({
      memoryMib,
      sigma: sigma!,
      quantilesMs: [p50!, p90!, p95!, p99!, max!],
      meanMs: mean!,
    }));
  const distance = (s: Series): number => Math.abs(Math.log(s.memoryMib / choice.memoryMib));
  const nearest = series.sort((a, b) => distance(a) - distance(b))[0];
  if (!nearest) {
    throw usageError(
      `--cold lambda: ${choice.runtime} was not measured as ${choice.package} on ${choice.arch}`,
      'try package=zip or package=image, arch=x86_64 or arch=arm64',
    );
  }
  return nearest;
}
