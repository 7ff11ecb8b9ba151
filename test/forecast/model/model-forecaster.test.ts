import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {BaselineForecaster} from '../../../src/forecast/baselines/baseline-forecaster.ts';
import {FEATURE_VERSION, features, writeFeatures} from '../../../src/forecast/features/features.ts';
import type {ForecastColumns} from '../../../src/forecast/forecaster.ts';
import {CallHistory} from '../../../src/forecast/history.ts';
import type {ModelContract} from '../../../src/forecast/model/contract.ts';
import {ModelForecaster} from '../../../src/forecast/model/model-forecaster.ts';
import {GraphBuilder} from '../../../src/forecast/onnx/build.ts';
import {inspectOnnx} from '../../../src/forecast/onnx/inspect.ts';
import {segmentOf} from '../../../src/forecast/segments.ts';
import {noClock, population, seriesOf} from '../../helpers/series.ts';

const SPAN = 600;
const series = seriesOf(population(4, 40, SPAN), SPAN);

/** All histories at minute `now` that have an entry. */
function histories(now: number): CallHistory[] {
  return Array.from({length: series.rows}, (_, f) => {
    const history = new CallHistory(SPAN, noClock);
    history.load(series, f);
    history.seek(now);
    return history;
  }).filter((history) => history.entries > 0);
}

const contractOf = (change: Partial<ModelContract>): ModelContract => ({
  schema: 'coldfront.model/1',
  featureVersion: FEATURE_VERSION,
  features: features.map(({name}) => name),
  horizonMinutes: [1],
  quantiles: [0.5, 0.9],
  input: 'x',
  outputs: {counts: 'y', countsAre: 'calls'},
  scaling: 'graph',
  ...change,
});

async function forecast(
  bytes: Uint8Array,
  contract: ModelContract,
  rows: readonly CallHistory[],
  options: Parameters<typeof ModelForecaster.open>[2] = {},
): Promise<ForecastColumns> {
  const model = {path: 'm.onnx', bytes, info: inspectOnnx(bytes), contract, contractFrom: 'the test'};
  const forecaster = await ModelForecaster.open('m', model, options);
  for (const row of rows) forecaster.add(row);
  const columns = await forecaster.flush();
  await forecaster.close();
  return columns;
}

/** A tree: a feature and a threshold with two branches, or what it adds to target 0, 1, ... */
type Tree = {feature: number; below: number; yes: Tree; no: Tree} | {adds: number[]};

function randomTree(random: Random, depth: number): Tree {
  if (depth === 0) return {adds: [random.next(), 2 + 3 * random.next()]};
  const [yes, no] = [randomTree(random, depth - 1), randomTree(random, depth - 1)];
  return {feature: random.below(60), below: Math.fround(4 * random.next() - 1), yes, no};
}

function evaluate(tree: Tree, row: Float32Array): number[] {
  if ('adds' in tree) return tree.adds;
  return evaluate(row[tree.feature]! <= tree.below ? tree.yes : tree.no, row);
}

/** Gradient-boosted trees as other tools export them: one TreeEnsembleRegressor. */
function treeModel(trees: readonly Tree[]): Uint8Array {
  const nodes = {
    tree: [] as number[],
    id: [] as number[],
    feature: [] as number[],
    value: [] as number[],
    mode: [] as string[],
    yes: [] as number[],
    no: [] as number[],
  };
  const leaves = {tree: [] as number[], node: [] as number[], target: [] as number[], weight: [] as number[]};
  for (const [t, root] of trees.entries()) {
    let next = 0;
    const add = (tree: Tree): number => {
      const id = next++;
      const at = nodes.id.length;
      nodes.tree.push(t);
      nodes.id.push(id);
      nodes.feature.push('adds' in tree ? 0 : tree.feature);
      nodes.value.push('adds' in tree ? 0 : tree.below);
      nodes.mode.push('adds' in tree ? 'LEAF' : 'BRANCH_LEQ');
      nodes.yes.push(0);
      nodes.no.push(0);
      if ('adds' in tree) {
        tree.adds.forEach((weight, target) => {
          leaves.tree.push(t);
          leaves.node.push(id);
          leaves.target.push(target);
          leaves.weight.push(weight);
        });
        return id;
      }
      nodes.yes[at] = add(tree.yes);
      nodes.no[at] = add(tree.no);
      return id;
    };
    add(root);
  }
  const g = new GraphBuilder('trees');
  g.input('x', ['rows', features.length]);
  g.nodes('TreeEnsembleRegressor', ['x'], ['y'], {
    n_targets: {int: 2},
    nodes_treeids: {ints: nodes.tree},
    nodes_nodeids: {ints: nodes.id},
    nodes_featureids: {ints: nodes.feature},
    nodes_values: {floats: nodes.value},
    nodes_modes: {strings: nodes.mode},
    nodes_truenodeids: {ints: nodes.yes},
    nodes_falsenodeids: {ints: nodes.no},
    target_treeids: {ints: leaves.tree},
    target_nodeids: {ints: leaves.node},
    target_ids: {ints: leaves.target},
    target_weights: {floats: leaves.weight},
  });
  g.output('y', ['rows', 2]);
  return g.finish();
}

/** Both heads are plain sums of two features. */
function linearModel(width: number, active: readonly number[], counts: readonly number[]): Uint8Array {
  const g = new GraphBuilder('linear');
  g.input('x', ['rows', width]);
  g.node('MatMul', ['x', g.constant('wp', [width, active.length / width], active)], {output: 'p'});
  g.node('MatMul', ['x', g.constant('wq', [width, counts.length / width], counts)], {output: 'q'});
  g.output('p', ['rows', active.length / width]);
  g.output('q', ['rows', counts.length / width]);
  return g.finish();
}

describe('a model of others', () => {
  test('gradient-boosted trees run as they are: quantiles of plain calls, P(N >= 1) read off them', async () => {
    const random = new Random(3);
    const trees = Array.from({length: 20}, () => randomTree(random, 4));
    const rows = histories(400);
    const columns = await forecast(treeModel(trees), contractOf({}), rows);
    const row = new Float32Array(features.length);
    rows.forEach((history, i) => {
      writeFeatures(history, row, 0);
      const [median, ninth] = [0, 1].map((target) =>
        trees.reduce((sum, tree) => sum + evaluate(tree, row)[target]!, 0),
      );
      // Calls become calls + jitter at the middle of their jitter.
      expect(columns.jittered[2 * i]).toBeCloseTo(median! + 0.5, 3);
      expect(columns.jittered[2 * i + 1]).toBeCloseTo(ninth! + 0.5, 3);
      expect(columns.active[i]).toBeCloseTo(1 - 0.5 / (median! + 0.5), 3);
    });
  });

  test('features may be fewer, in any order, and scaled as the contract says', async () => {
    const names = ['gapsReached', 'minutesSinceCall'];
    const bytes = linearModel(2, [0, 0.1], [0, 1, 0, 2]);
    const contract = contractOf({
      features: names,
      outputs: {active: 'p', counts: 'q', countsAre: 'jittered'},
      scaling: {offset: [5, -1], factor: [1, 0.01]},
    });
    const rows = histories(599);
    const columns = await forecast(bytes, contract, rows);
    const row = new Float32Array(features.length);
    rows.forEach((history, i) => {
      writeFeatures(history, row, 0);
      const scaled = (row[features.findIndex(({name}) => name === 'minutesSinceCall')]! + 1) * 0.01;
      expect(columns.active[i]).toBeCloseTo(0.1 * scaled, 5);
    });
  });

  test('a model without counts borrows those of past active minutes', async () => {
    const bytes = linearModel(1, [0.05], [0]);
    const rows = histories(500);
    const contract = contractOf({
      features: ['activeMinutes'],
      outputs: {active: 'p', countsAre: 'calls'},
      quantiles: [0.99],
    });
    const columns = await forecast(bytes, contract, rows);
    rows.forEach((history, i) => {
      const active = columns.active[i]!;
      const largest = Math.max(
        ...Array.from({length: Math.min(32, history.entries)}, (_, j) => history.count[history.entries - 1 - j]!),
      );
      if (active > 0.1) expect(columns.jittered[i]).toBeLessThanOrEqual(largest + 1);
    });
  });

  test('an output with other columns than promised is bad input, found when it runs', async () => {
    const g = new GraphBuilder('free');
    g.input('x', ['rows', features.length]);
    g.node('Relu', ['x'], {output: 'y'});
    g.output('y', ['rows', 'whatever']);
    await expect(forecast(g.finish(), contractOf({}), histories(590))).rejects.toThrow(
      `output 'y' has ${2 * features.length} numbers for 2 rows, must have 2 a row`,
    );
  });

  test('a graph that onnxruntime refuses is bad input', async () => {
    const g = new GraphBuilder('odd');
    g.input('x', ['rows', features.length]);
    g.node('NoSuchOperator', ['x'], {output: 'y'});
    g.output('y', ['rows', 2]);
    await expect(forecast(g.finish(), contractOf({}), [])).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('onnxruntime refuses the model'),
    });
  });
});

describe('what the contract does to the outputs', () => {
  // P = .4; quantiles 3 and 2 of the jittered count, which cross.
  const bytes = linearModel(1, [0.1, 0.1], [0.75, 0.5, 0.75, 0.5]);
  const base = contractOf({
    features: ['trigger:http'],
    horizonMinutes: [1, 5],
    quantiles: [0.7, 0.9],
    outputs: {active: 'p', counts: 'q', countsAre: 'jittered'},
    // The feature is 0: (0 + 4) x 1 is fed.
    scaling: {offset: [-4], factor: [1]},
  });

  test('crossing quantiles are put in order', async () => {
    const {active, jittered} = await forecast(bytes, base, histories(590).slice(0, 1));
    expect(active[0]).toBeCloseTo(0.4, 6);
    expect([...jittered.slice(0, 4)]).toEqual([2, 3, 2, 3]);
  });

  test('a level below P(no call) is placed by it; one above is at least one call', async () => {
    const small = linearModel(1, [0.1, 0.1], [0.1, 0.1, 0.1, 0.1]);
    const {jittered} = await forecast(small, {...base, quantiles: [0.5, 0.9]}, histories(590).slice(0, 1));
    expect(jittered[0]).toBeCloseTo(0.5 / 0.6, 6);
    expect(jittered[1]).toBe(1);
  });

  test('conformal offsets move log(1 + quantile) in their segment and horizon alone', async () => {
    const rows = histories(590);
    const none = [
      [0, 0],
      [0, 0],
    ];
    const conformal = [
      none,
      [
        [0, 0],
        [Math.log(2), 0],
      ],
      none,
    ];
    const plain = await forecast(bytes, base, rows);
    const moved = await forecast(bytes, {...base, conformal}, rows);
    const segments = rows.map(segmentOf);
    expect(new Set(segments)).toEqual(new Set([0, 1, 2]));
    rows.forEach((_, i) => {
      const [before, after] = [plain, moved].map(({jittered}) => [...jittered.slice(4 * i, 4 * i + 4)]);
      // The lower level's 3 becomes 7 and they change places.
      expect(after).toEqual(segments[i] === 1 ? [2, 3, 2, 7] : before);
    });
  });

  test('a champion forecasts its segment, the model the others, row for row', async () => {
    const rows = histories(590);
    const champions = ['croston', 'model', 'model'];
    const columns = await forecast(bytes, {...base, champions}, rows);
    const croston = new BaselineForecaster('croston', base.horizonMinutes, base.quantiles);
    for (const row of rows) croston.add(row);
    const theirs = await croston.flush();
    rows.forEach((row, i) => {
      for (let h = 0; h < 2; h++) {
        const wanted = segmentOf(row) === 0 ? theirs.active[2 * i + h]! : Math.fround(0.4);
        expect(columns.active[2 * i + h]).toBeCloseTo(wanted, 6);
      }
    });
  });

  test('one may ask for some horizons and quantiles only', async () => {
    const rows = histories(590);
    const all = await forecast(bytes, base, rows);
    const some = await forecast(bytes, base, rows, {horizons: [5], quantiles: [0.9]});
    rows.forEach((_, i) => {
      expect(some.active[i]).toBe(all.active[2 * i + 1]);
      expect(some.jittered[i]).toBe(2);
    });
  });

  test('an edit of the features reaches the model', async () => {
    const column = features.findIndex(({name}) => name === 'trigger:http');
    const edit = (row: Float32Array, at: number) => {
      row[at + column] = 1;
    };
    const {active} = await forecast(bytes, base, histories(590), {edit});
    expect(active[0]).toBeCloseTo(0.5, 6);
  });
});
