import {features} from '../features/features.ts';
import type {OnnxInfo, TensorInfo} from '../onnx/inspect.ts';
import {STEP_CONTRACT_SCHEMA, UNSAID} from './contract.ts';
import {elementNames} from './tensors.ts';

/** A contract with what can be told from a model's names, shapes and types. */
export interface Suggestion {
  readonly contract: Readonly<Record<string, unknown>>;
  /** What is left to say, and what was guessed: a line each, `field: what to know`. */
  readonly toSay: readonly string[];
}

type Sizes = TensorInfo['shape'];
type Say = (field: string, what: string) => void;

const TRANSFORM =
  'what was done to the counts in training: none, log1p, sqrt, mean-scale or {"offset": a, "factor": b}';

/** Reads a contract off a model that carries none. Its inputs and outputs are taken in the order of the file. */
export function suggestContract(info: OnnxInfo): Suggestion {
  const toSay: string[] = [];
  const say: Say = (field, what) => toSay.push(`${field}: ${what}`);
  const input = suggestInput(info, say);
  const {horizonSteps, outputs} = suggestOutputs(info, say);
  const counts = outputs.mean !== undefined || outputs.quantiles !== undefined;
  if (counts) {
    outputs.transform = input.kind === 'features' ? 'none' : UNSAID;
    say('outputs.transform', 'the same, or none if the model gives calls; it is undone');
  }
  say('stepMinutes', '1 is a guess: minutes of a step in training');
  return {contract: {schema: STEP_CONTRACT_SCHEMA, input, outputs, horizonSteps, stepMinutes: 1}, toSay};
}

function suggestInput({inputs, operators}: OnnxInfo, say: Say): Record<string, unknown> {
  const [main, ...others] = inputs;
  if (main === undefined) {
    say('input', 'the model has no input');
    return {kind: UNSAID};
  }
  const dtype = elementNames[main.elementType];
  if (dtype === undefined) say('input.dtype', `'${main.name}' is of a type that counts cannot be given in`);
  const {name, shape} = main;
  const width = shape.length === 2 ? shape[1] : undefined;
  const common = {name, ...(dtype === undefined ? {} : {dtype})};
  if (width === features.length) {
    say('input.kind', `features is a guess, for ${features.length} columns`);
    return {kind: 'features', ...common, ...batchOf(shape[0])};
  }
  if (width !== undefined && operators.some((operator) => operator.startsWith('TreeEnsemble'))) {
    say(
      'input.lags',
      `which steps back the ${width} columns are, 1 being the last complete one; calendar columns come last`,
    );
    say('input.transform', TRANSFORM);
    return {kind: 'lags', ...common, lags: UNSAID, calendar: [], transform: UNSAID, ...batchOf(shape[0])};
  }
  say('input.transform', TRANSFORM);
  return {
    kind: 'series',
    ...common,
    ...suggestSeries(shape, say),
    transform: UNSAID,
    ...suggestOthers(main, others, say),
  };
}

function suggestSeries(shape: Sizes, say: Say): Record<string, unknown> {
  const window = (size: number | string | undefined): number | string => {
    if (typeof size === 'number' && size > 0) return size;
    say('input.window', 'steps looked back at');
    return UNSAID;
  };
  const [a, b, c] = shape;
  if (shape.length === 2) return {layout: 'rows,time', window: window(b), ...batchOf(a)};
  if (shape.length !== 3) {
    say('input.layout', `the sides of [${shape.join(', ')}] in their order: rows, time, channels, 1`);
    return {layout: UNSAID, window: UNSAID};
  }
  if (isTimeFirst(shape))
    return {layout: c === 1 ? 'time,rows,1' : 'time,rows,channels', window: window(a), ...channelsOf(c, say)};
  if (b === 1 && c !== 1) return {layout: 'rows,1,time', window: window(c), ...batchOf(a)};
  if (c === 1) return {layout: 'rows,time,1', window: window(b), ...batchOf(a)};
  say('input.layout', 'rows,time,channels is a guess: it may be rows,channels,time');
  return {layout: 'rows,time,channels', window: window(b), ...channelsOf(c, say), ...batchOf(a)};
}

function batchOf(rows: number | string | undefined): {batch?: number} {
  return typeof rows === 'number' && rows > 0 ? {batch: rows} : {};
}

function channelsOf(size: number | string | undefined, say: Say): Record<string, unknown> {
  if (size === 1) return {};
  const more = typeof size === 'number' ? size - 1 : 'some';
  say(
    'input.channels',
    `what the ${more} after the count are: minute, hour, weekday, weekend, known, trigger:http, ...`,
  );
  return {channels: UNSAID};
}

/** Inputs besides the first one: a mask by its name, else covariates. */
function suggestOthers(main: TensorInfo, others: readonly TensorInfo[], say: Say): Record<string, unknown> {
  const mask = others.find(({name, shape}) => /mask|known|observed|valid/i.test(name) && sameShape(shape, main.shape));
  const rest = others.filter((other) => other !== mask);
  const covariates = rest.map(({name, shape}, i) => {
    say(
      `input.covariates.${i}`,
      `what '${name}' [${shape.join(', ')}] holds: minute, hour, weekday, weekend, trigger:http, ...`,
    );
    const along = shape[1] === main.shape[isTimeFirst(main.shape) ? 0 : main.shape[1] === 1 ? 2 : 1] ? 'time' : 'steps';
    const layout = shape.length === 2 ? 'rows,channels' : shape.length === 3 ? `rows,${along},channels` : UNSAID;
    return {name, layout, channels: UNSAID};
  });
  return {...(mask ? {mask: mask.name} : {}), ...(covariates.length > 0 ? {covariates} : {})};
}

const sameShape = (a: Sizes, b: Sizes) => a.length === b.length;

interface SuggestedOutputs {
  mean?: unknown;
  quantiles?: unknown;
  active?: unknown;
  parameters?: unknown;
  transform?: unknown;
}

/** What names say: of a chance, of the parameters of a distribution, of quantiles. */
const named = {
  active: /^(p|prob.*|.*active.*|.*chance.*|.*proba.*)$/i,
  dispersion: /disp|alpha|theta/i,
  sd: /^(sd|std.*|sigma.*|scale)$/i,
  rate: /^(rate|lambda.*)$/i,
  quantiles: /quant|^q\d*$|pinball/i,
} as const;

function suggestOutputs(info: OnnxInfo, say: Say): {outputs: SuggestedOutputs; horizonSteps: number | string} {
  const outputs: SuggestedOutputs = {};
  const tensors = info.outputs.filter(({elementType}) => elementNames[elementType] !== undefined);
  const find = (pattern: RegExp) => tensors.find(({name}) => pattern.test(name));
  const active = find(named.active);
  const dispersion = find(named.dispersion);
  const sd = find(named.sd);
  const rate = find(named.rate);
  const rest = tensors.filter((tensor) => ![active, dispersion, sd].includes(tensor));
  const main = rest.find(({name}) => named.quantiles.test(name)) ?? rate ?? rest[0];
  if (active !== undefined) outputs.active = {name: active.name, layout: layoutOfSteps(active.shape)};
  const steps = stepsOf((main ?? active)?.shape ?? []);
  if (main === undefined) {
    if (active === undefined) say('outputs', 'the model has no tensor that could be a forecast');
    return {outputs, horizonSteps: sizeOrAsk(steps, 'horizonSteps', say)};
  }
  if (dispersion !== undefined || sd !== undefined || rate !== undefined) {
    const family = dispersion !== undefined ? 'negative-binomial' : sd !== undefined ? 'normal' : 'poisson';
    const second = dispersion !== undefined ? {dispersion: dispersion.name} : sd !== undefined ? {sd: sd.name} : {};
    outputs.parameters = {family, names: {mean: main.name, ...second}, layout: 'rows,steps'};
    say('outputs.parameters', `${family} is a guess from names; variance = mean + dispersion x mean^2`);
    return {outputs, horizonSteps: sizeOrAsk(steps, 'horizonSteps', say)};
  }
  const levels = levelsOf(main, steps);
  if (levels === undefined) {
    outputs.mean = {name: main.name, layout: layoutOfSteps(main.shape)};
    say(
      'outputs.mean',
      `'${main.name}' is taken for a mean; if it is a quantile: "quantiles": {"files": [{"level": 0.5, "file": "...", "name": "${main.name}"}]}`,
    );
    return {outputs, horizonSteps: sizeOrAsk(steps, 'horizonSteps', say)};
  }
  outputs.quantiles = {name: main.name, ...levels, levels: UNSAID};
  say('outputs.quantiles.levels', 'levels in the order of the tensor, ascending');
  if (main.shape.length === 3) say('outputs.quantiles.layout', 'is a guess: it may be rows,quantiles,steps');
  // Two sides of rows and quantiles leave one step.
  return {outputs, horizonSteps: levels.layout === 'rows,quantiles' ? 1 : sizeOrAsk(steps, 'horizonSteps', say)};
}

/** Steps are the second side, or the first one where rows are free and come second; a tensor of rows alone has one. */
function stepsOf(shape: Sizes): number | string {
  return shape.length < 2 ? 1 : shape[isTimeFirst(shape) ? 0 : 1]!;
}

function layoutOfSteps(shape: Sizes): string {
  if (isTimeFirst(shape)) return 'steps,rows,1';
  return shape.length === 3 ? 'rows,steps,1' : 'rows,steps';
}

/** Recurrent layers of ONNX take time first: then the first side is fixed and the second one free. */
function isTimeFirst([first, second, ...more]: Sizes): boolean {
  return more.length === 1 && typeof first === 'number' && first > 1 && typeof second === 'string';
}

/** The layout of an output that holds quantiles; undefined where it seems to hold one number a step. */
function levelsOf({name, shape}: TensorInfo, steps: number | string): {layout: string} | undefined {
  if (shape.length === 3 && shape[2] !== 1 && !isTimeFirst(shape)) return {layout: 'rows,steps,quantiles'};
  return shape.length === 2 && named.quantiles.test(name) && steps !== 1 ? {layout: 'rows,quantiles'} : undefined;
}

function sizeOrAsk(size: number | string, field: string, say: Say): number | string {
  if (typeof size === 'number' && size > 0) return size;
  say(field, 'steps forecast');
  return UNSAID;
}
