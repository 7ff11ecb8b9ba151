import {features} from '../features/features.ts';
import {ACTIVE_SHARE_OF_HOUR} from '../features/recency.ts';
import {MEAN_ACTIVE} from '../features/volume.ts';
import type {GraphBuilder} from '../onnx/build.ts';

const meanAt = features.findIndex(({name}) => name === MEAN_ACTIVE);
const shareAt = features.findIndex(({name}) => name === ACTIVE_SHARE_OF_HOUR);

/**
 * What the quantile head is relative to, so that one network serves rare and busy functions alike: the log of 1 +
 * calls that a window brings if it has a call at all, mean calls of an active minute x the active minutes it has at
 * the last hour's rate, at least one. From the raw features of a row.
 */
export function logAnchor(row: Float32Array, at: number, minutes: number): number {
  const active = Math.max(1, minutes * Math.exp(row[at + shareAt]!));
  return Math.log1p(Math.expm1(row[at + meanAt]!) * active);
}

/** The same as nodes: [rows, minutes.length] from the raw features [rows, features]. */
export function logAnchorNodes(g: GraphBuilder, raw: string, minutes: readonly number[]): string {
  const pick = (name: string, column: number) => {
    const only = new Float32Array(features.length);
    only[column] = 1;
    return g.node('MatMul', [raw, g.constant(name, [features.length, 1], only)]);
  };
  const one = g.constant('one', [], [1]);
  const mean = g.node('Sub', [g.node('Exp', [pick('pickMean', meanAt)]), one]);
  const perWindow = g.constant('minutes', [1, minutes.length], minutes);
  const share = g.node('Exp', [pick('pickShare', shareAt)]);
  const active = g.node('Max', [g.node('Mul', [share, perWindow]), one]);
  return g.node('Log', [g.node('Add', [g.node('Mul', [mean, active]), one])]);
}
