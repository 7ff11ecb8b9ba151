import {formatUsd} from '../base/format.ts';
import {formatCount} from '../base/units.ts';
import {segmentNames} from './segments.ts';
import {delayPrices} from './training/champions.ts';
import type {TrainedModel} from './training/train.ts';
import {type EpochLosses, lossesOf} from './training/trainer.ts';

/** What `coldfront train --json` prints. */
export interface TrainReport {
  readonly schema: 'coldfront.train/1';
  readonly out: string;
  readonly functions: number;
  readonly spanMinutes: number;
  /** Validation rows lie from here on. */
  readonly trainedUntilMinute: number;
  readonly parameters: number;
  readonly horizonMinutes: readonly number[];
  readonly quantiles: readonly number[];
  readonly stopped: TrainedModel['network']['stopped'];
  readonly bestEpoch: number;
  readonly losses: readonly EpochLosses[];
  /** By rate segment: who forecasts it. */
  readonly champions: Readonly<Record<string, string>>;
  /** Dollars a day on the validation rows, by hourly price of delay. */
  readonly validation: readonly {delayUsdPerHour: number; modelUsdPerDay: number; rollingMeanUsdPerDay: number}[];
  /** Geometric mean of the model's dollars over rolling mean's. */
  readonly ratioToRollingMean: number;
  readonly worthShipping: boolean;
}

export function trainReport(model: TrainedModel, functions: number, spanMinutes: number, out: string): TrainReport {
  const {championship, contract, network, ratio} = model;
  return {
    schema: 'coldfront.train/1',
    out,
    functions,
    spanMinutes,
    trainedUntilMinute: network.splitMinute,
    parameters: network.theta.length,
    horizonMinutes: contract.horizonMinutes,
    quantiles: contract.quantiles,
    stopped: network.stopped,
    bestEpoch: network.bestEpoch,
    losses: network.losses,
    champions: Object.fromEntries(championship.champions.map((name, segment) => [segmentNames[segment]!, name])),
    validation: delayPrices.map((delayUsdPerHour, i) => ({
      delayUsdPerHour,
      modelUsdPerDay: championship.model.usdPerDay[i]!,
      rollingMeanUsdPerDay: championship.rollingMean.usdPerDay[i]!,
    })),
    ratioToRollingMean: ratio,
    worthShipping: ratio < 1,
  };
}

/** The report for people: loss curve, champions, and whether it pays. */
export function trainText(report: TrainReport): string {
  const {bestEpoch, champions, losses} = report;
  const best = lossesOf(losses, bestEpoch)!.validation;
  const prices = report.validation.map(({delayUsdPerHour, modelUsdPerDay, rollingMeanUsdPerDay}) => {
    return `  delay at ${formatUsd(delayUsdPerHour)}/h: ${formatUsd(modelUsdPerDay)} a day, rolling mean + sd ${formatUsd(rollingMeanUsdPerDay)}`;
  });
  const ending = {finished: '', early: ', stopped early', interrupted: ', interrupted'}[report.stopped];
  const changed = Math.abs(1 - report.ratioToRollingMean) * 100;
  const verdict = report.worthShipping
    ? `Worth shipping: ${changed.toFixed(0)} % cheaper than rolling mean + sd on the minutes kept back.`
    : `Not worth shipping: ${changed.toFixed(0)} % dearer than rolling mean + sd on the minutes kept back.`;
  return [
    `${formatCount(report.parameters)} parameters, trained on ${formatCount(report.functions)} functions until minute ${report.trainedUntilMinute} of ${report.spanMinutes}`,
    `validation loss ${lossCurve(losses, 40)} ${(best.active + best.count).toFixed(4)} (log ${best.active.toFixed(4)}, pinball ${best.count.toFixed(4)}) at epoch ${bestEpoch} of ${losses.at(-1)!.epoch}${ending}`,
    `forecasts by: ${Object.entries(champions)
      .map(([segment, name]) => `${segment} ${name}`)
      .join(', ')}`,
    ...prices,
    verdict,
    `model: ${report.out}`,
    '',
  ].join('\n');
}

const bars = '▁▂▃▄▅▆▇█';

/** Validation losses as a line of bars, on a logarithmic scale from the lowest to the highest. */
export function lossCurve(losses: readonly EpochLosses[], width: number): string {
  const all = losses.map(({validation}) => Math.log(validation.active + validation.count));
  const step = Math.max(1, Math.ceil(all.length / width));
  const shown = all.filter((_, i) => i % step === 0 || i === all.length - 1);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const bar = (value: number) => bars[high > low ? Math.round(((value - low) / (high - low)) * (bars.length - 1)) : 0]!;
  return shown.map(bar).join('');
}
