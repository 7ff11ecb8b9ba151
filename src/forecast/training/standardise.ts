import {features} from '../features/features.ts';
import type {Signal} from '../features/group.ts';
import {MINUTES_PER_DAY, MINUTES_PER_WEEK} from '../horizons.ts';
import type {Standardisation} from '../network/inference-graph.ts';
import type {TrainingRows} from './rows.ts';

/** Below this standard deviation a feature is a constant. */
const CONSTANT = 1e-4;

/**
 * Offsets and factors that give the first `rows` rows mean 0 and standard deviation 1. Muted (factor 0) are features
 * that never change there, and calendar effects that the span cannot tell from a trend: the hour of the day within
 * less than two days, the weekday within less than two weeks; and all but `chosen`, where that is given.
 */
export function standardisationOf(
  {x}: TrainingRows,
  rows: number,
  span: number,
  chosen?: readonly string[],
): Standardisation {
  const width = features.length;
  const sum = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let i = 0, row = 0; row < rows; row++) for (let j = 0; j < width; j++) sum[j]! += x[i++]!;
  for (let j = 0; j < width; j++) sum[j]! /= rows;
  for (let i = 0, row = 0; row < rows; row++) for (let j = 0; j < width; j++) squares[j]! += (x[i++]! - sum[j]!) ** 2;
  const needs: Partial<Record<Signal, number>> = {hour: 2 * MINUTES_PER_DAY, weekday: 2 * MINUTES_PER_WEEK};
  const factor = Float32Array.from(squares, (square, j) => {
    const deviation = Math.sqrt(square / rows);
    return deviation < CONSTANT || span < (needs[features[j]!.signal] ?? 0) ? 0 : 1 / deviation;
  });
  return chooseFeatures({offset: Float32Array.from(sum), factor}, chosen);
}

/** The same with all features but those muted. */
export function chooseFeatures({factor, offset}: Standardisation, chosen?: readonly string[]): Standardisation {
  if (chosen === undefined) return {offset, factor};
  return {offset, factor: factor.map((value, j) => (chosen.includes(features[j]!.name) ? value : 0))};
}
