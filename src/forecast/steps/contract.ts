import * as v from 'valibot';
import {nearest} from '../../base/nearest.ts';
import {FEATURE_VERSION, features} from '../features/features.ts';
import {channelRule} from './channels.ts';
import {type Axis, parseLayout} from './layout.ts';

export const STEP_CONTRACT_SCHEMA = 'coldfront.model/2';

/** Bounds that no forecaster has need of more than, and that keep a hostile contract from taking the memory. */
const MAX_WINDOW = 100_000;
const MAX_STEPS = 10_080;
const MAX_LEVELS = 64;
const MAX_STEP_MINUTES = 10_080;
const MAX_BATCH = 65_536;

const whole = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));
const number = v.pipe(v.number(), v.finite());
const name = v.pipe(v.string(), v.nonEmpty());
const level = v.pipe(v.number(), v.gtValue(0), v.ltValue(1));
const elementType = v.picklist(['float32', 'float64', 'int64', 'int32']);
const transform = v.union([
  v.picklist(['none', 'log1p', 'sqrt', 'mean-scale']),
  v.object({
    offset: number,
    factor: v.pipe(
      number,
      v.check((factor) => factor !== 0, 'must not be 0'),
    ),
  }),
]);

/** A layout with the sides that a tensor of its kind can have. */
function layout(...allowed: readonly Axis[]) {
  const sides = allowed.filter((axis) => axis !== 'rows').join(', ');
  return v.pipe(
    v.string(),
    v.check(
      (text) => parseLayout(text)?.every((axis) => axis === '1' || allowed.includes(axis)) ?? false,
      `must list rows, and any of ${sides} and 1 in the tensor's own order, such as rows,${allowed[1]}`,
    ),
  );
}

const channels = v.pipe(v.array(v.pipe(v.string(), v.check(channelRule.knows, channelRule.text))), v.nonEmpty());

const seriesInput = v.object({
  kind: v.literal('series'),
  name,
  layout: v.optional(layout('rows', 'time', 'channels'), 'rows,time'),
  dtype: v.optional(elementType),
  /** Steps looked back at. */
  window: whole(MAX_WINDOW),
  stepMinutes: v.optional(whole(MAX_STEP_MINUTES)),
  transform: v.optional(transform, 'none'),
  /** Rows that the model takes at a time; left out, as the model itself says. */
  batch: v.optional(whole(MAX_BATCH)),
  /** An input of the same layout with 1 where a step lies in the trace. */
  mask: v.optional(v.union([name, v.object({name, layout: v.optional(layout('rows', 'time'))})])),
  /** What follows the count along `channels`. */
  channels: v.optional(v.array(v.string())),
  covariates: v.optional(
    v.array(
      v.object({
        name: v.optional(name),
        layout: v.optional(layout('rows', 'time', 'steps', 'channels')),
        channels,
      }),
    ),
  ),
});

const lagsInput = v.object({
  kind: v.literal('lags'),
  name,
  lags: v.pipe(v.array(whole(MAX_WINDOW)), v.nonEmpty(), v.maxLength(4096)),
  calendar: v.optional(channels),
  dtype: v.optional(elementType),
  stepMinutes: v.optional(whole(MAX_STEP_MINUTES)),
  transform: v.optional(
    v.pipe(
      transform,
      v.check((how) => how !== 'mean-scale', 'mean-scale needs a window: an input of kind series'),
    ),
    'none',
  ),
  batch: v.optional(whole(MAX_BATCH)),
});

const featuresInput = v.object({
  kind: v.literal('features'),
  name,
  featureVersion: v.optional(
    v.literal(FEATURE_VERSION, `must be ${FEATURE_VERSION}, the version of features that this program computes`),
    FEATURE_VERSION,
  ),
  features: v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(),
          v.check((one) => features.some((own) => own.name === one), 'is no feature of coldfront'),
        ),
      ),
      v.nonEmpty(),
    ),
    features.map((own) => own.name),
  ),
  scaling: v.optional(
    v.union([v.literal('graph'), v.object({offset: v.array(number), factor: v.array(number)})]),
    'graph',
  ),
  dtype: v.optional(elementType),
  stepMinutes: v.optional(whole(MAX_STEP_MINUTES)),
  batch: v.optional(whole(MAX_BATCH)),
});

const byStep = v.object({name, layout: v.optional(layout('rows', 'steps'), 'rows,steps')});
const ascending = (values: readonly number[]) => values.every((value, i) => i === 0 || value > values[i - 1]!);
const quantiles = v.union(
  [
    v.object({
      name,
      layout: v.optional(layout('rows', 'steps', 'quantiles'), 'rows,steps,quantiles'),
      levels: v.pipe(
        v.array(level),
        v.nonEmpty(),
        v.maxLength(MAX_LEVELS),
        v.check<number[], string>(ascending, 'must ascend'),
      ),
    }),
    v.object({files: v.pipe(v.array(v.object({level, file: name, name})), v.nonEmpty(), v.maxLength(MAX_LEVELS))}),
  ],
  'must have name and levels, or files of level, file and name',
);

const families = {poisson: ['mean'], 'negative-binomial': ['mean', 'dispersion'], normal: ['mean', 'sd']} as const;
export type Family = keyof typeof families;
export const parametersOf: Readonly<Record<Family, readonly string[]>> = families;

const outputs = v.pipe(
  v.object({
    mean: v.optional(byStep),
    quantiles: v.optional(quantiles),
    active: v.optional(byStep),
    parameters: v.optional(
      v.object({
        family: v.picklist(Object.keys(families) as Family[]),
        names: v.record(v.string(), name),
        layout: v.optional(layout('rows', 'steps'), 'rows,steps'),
      }),
    ),
    transform: v.optional(transform),
  }),
  v.check(
    (all) => (all.mean ?? all.quantiles ?? all.active ?? all.parameters) !== undefined,
    'must name mean, quantiles, active or parameters',
  ),
);

const contractSchema = v.object({
  schema: v.literal(STEP_CONTRACT_SCHEMA),
  /** Where the model lies, beside the contract; left out, `M.onnx` of `M.contract.json` or `M.onnx.contract.json`. */
  model: v.optional(name),
  input: v.variant('kind', [seriesInput, lagsInput, featuresInput], 'must be series, lags or features'),
  outputs,
  horizonSteps: v.optional(whole(MAX_STEPS), 1),
  stepMinutes: v.optional(whole(MAX_STEP_MINUTES)),
  /** Where the model comes from. Free in form. */
  training: v.optional(v.record(v.string(), v.unknown())),
});

/** What a model of anybody's promises, step by step: see the README, "Models of your own". */
export type StepContract = v.InferOutput<typeof contractSchema>;
export type SeriesInput = Extract<StepContract['input'], {kind: 'series'}>;
export type LagsInput = Extract<StepContract['input'], {kind: 'lags'}>;
export type FeaturesInput = Extract<StepContract['input'], {kind: 'features'}>;

/** The contract in parsed JSON; `refuse` makes the error of one that cannot be used. */
export function stepContract(json: unknown, refuse: (message: string) => Error): StepContract {
  const unsaid = unsaidField(json, '');
  if (unsaid !== undefined) throw refuse(`${unsaid}: is still '${UNSAID}': no file tells it, you must`);
  const result = v.safeParse(contractSchema, withFeaturesInside(json));
  if (!result.success) {
    const issue = mostTelling(result.issues);
    const field = issue.path?.map((item) => String(item.key)).join('.') ?? 'the contract';
    throw refuse(`${field}: ${issue.message}`);
  }
  misspelt(json, refuse);
  checkSense(result.output, refuse);
  return result.output;
}

/** What stands where a person must say what no file tells, in a contract that `--suggest` wrote. */
export const UNSAID = '?';

/** The first field that is still to be said. */
function unsaidField(json: unknown, place: string): string | undefined {
  if (json === UNSAID) return place;
  if (typeof json !== 'object' || json === null) return undefined;
  for (const [key, value] of Object.entries(json)) {
    const found = unsaidField(value, place === '' ? key : `${place}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Version 1 has the list of features beside the input: there it may stay. */
function withFeaturesInside(json: unknown): unknown {
  const {input, ...rest} = json as {input?: {kind?: unknown}; [term: string]: unknown};
  if (input?.kind !== 'features') return json;
  const inside = Object.fromEntries(
    ['features', 'featureVersion', 'scaling']
      .filter((term) => rest[term] !== undefined)
      .map((term) => [term, rest[term]]),
  );
  return {...rest, input: {...inside, ...input}};
}

/** Of the ways in which alternatives failed, the one that got furthest. */
function mostTelling(issues: readonly v.BaseIssue<unknown>[]): v.BaseIssue<unknown> {
  const first = issues[0]!;
  const inner = first.type === 'union' ? first.issues?.find((issue) => issue.path !== undefined) : undefined;
  if (inner === undefined) return first;
  return {...inner, path: [...(first.path ?? []), ...(inner.path ?? [])] as unknown as NonNullable<typeof inner.path>};
}

const wordsOf = {
  '': Object.keys(contractSchema.entries),
  input: [
    ...Object.keys(seriesInput.entries),
    ...Object.keys(lagsInput.entries),
    ...Object.keys(featuresInput.entries),
  ],
  outputs: ['mean', 'quantiles', 'active', 'parameters', 'transform'],
};

/** Words of no meaning are let pass, but not those that are a slip of the pen away from one that has. */
function misspelt(json: unknown, refuse: (message: string) => Error): void {
  for (const [part, words] of Object.entries(wordsOf)) {
    const object = (part === '' ? json : (json as Record<string, unknown>)[part]) as object;
    for (const word of Object.keys(object)) {
      if (words.includes(word)) continue;
      const plain = word.toLowerCase().replace(/[_-]/g, '');
      const meant =
        words.find((one) => one.toLowerCase() === plain) ?? (word.length > 5 ? nearest(word, words) : undefined);
      if (meant === undefined) continue;
      throw refuse(`${part === '' ? '' : `${part}.`}${word}: is no term of a contract; is ${meant} meant?`);
    }
  }
}

/** What no single field can tell. */
function checkSense(contract: StepContract, refuse: (message: string) => Error): void {
  const {horizonSteps, input, outputs: out, stepMinutes} = contract;
  if (stepMinutes !== undefined && input.stepMinutes !== undefined && stepMinutes !== input.stepMinutes) {
    throw refuse(`stepMinutes: is ${stepMinutes} here and ${input.stepMinutes} in input`);
  }
  checkTransforms(contract, refuse);
  if (input.kind === 'features' && input.scaling !== 'graph') {
    const {offset, factor} = input.scaling;
    const wanted = input.features.length;
    if (offset.length !== wanted || factor.length !== wanted) {
      throw refuse(`input.scaling: has ${offset.length} offsets and ${factor.length} factors for ${wanted} features`);
    }
  }
  if (input.kind === 'series') checkChannels(input, refuse);
  const layouts = {mean: out.mean?.layout, active: out.active?.layout, parameters: out.parameters?.layout};
  for (const [key, text] of Object.entries(layouts)) needSteps(`outputs.${key}`, text, horizonSteps, refuse);
  const {parameters, quantiles: levels} = out;
  if (levels !== undefined && 'files' in levels) {
    if (horizonSteps !== 1) throw refuse(`outputs.quantiles.files: forecast one step, horizonSteps is ${horizonSteps}`);
    if (!ascending(levels.files.map((file) => file.level))) throw refuse('outputs.quantiles.files: levels must ascend');
  } else if (levels !== undefined) {
    needSteps('outputs.quantiles', levels.layout, horizonSteps, refuse);
    if (levels.levels.length > 1 && !parseLayout(levels.layout)!.includes('quantiles')) {
      throw refuse(`outputs.quantiles.layout: has no side for ${levels.levels.length} quantiles`);
    }
  }
  if (parameters !== undefined) {
    const lacking = parametersOf[parameters.family].filter((one) => parameters.names[one] === undefined);
    if (lacking.length > 0)
      throw refuse(`outputs.parameters.names: ${parameters.family} has ${lacking.join(' and ')} too`);
  }
}

function needSteps(field: string, text: string | undefined, steps: number, refuse: (message: string) => Error): void {
  if (text === undefined || steps === 1 || parseLayout(text)!.includes('steps')) return;
  throw refuse(`${field}.layout: has no side for ${steps} steps`);
}

function checkTransforms({input, outputs: out}: StepContract, refuse: (message: string) => Error): void {
  const coming = input.kind === 'features' ? 'none' : input.transform;
  const counted = out.mean !== undefined || out.quantiles !== undefined;
  if (counted && coming !== 'none' && out.transform === undefined) {
    throw refuse(
      'outputs.transform: must be written out where input has one: the same, or none if the model gives calls',
    );
  }
  if (out.transform === 'mean-scale' && input.kind !== 'series') {
    throw refuse('outputs.transform: mean-scale needs a window: an input of kind series');
  }
  const fractions = coming === 'log1p' || coming === 'sqrt' || coming === 'mean-scale';
  if (fractions && (input.dtype === 'int64' || input.dtype === 'int32')) {
    throw refuse(`input.transform: ${coming} gives fractions, which ${input.dtype} has not`);
  }
}

function checkChannels(input: SeriesInput, refuse: (message: string) => Error): void {
  const axes = parseLayout(input.layout)!;
  if (!axes.includes('time') && input.window > 1)
    throw refuse(`input.layout: has no side for ${input.window} steps of time`);
  const more = channelsBeside(input);
  if (more.length > 0 && !axes.includes('channels')) throw refuse('input.layout: has no side for channels');
  const stranger = more.find((one) => !channelRule.knows(one));
  if (stranger !== undefined) throw refuse(`input.channels: '${stranger}' ${channelRule.text}`);
}

/** Channels after the count in the same tensor: said by `channels`, or by covariates that are no input of their own. */
export function channelsBeside(input: SeriesInput): string[] {
  const own = (input.channels ?? []).filter((channel, i) => i > 0 || channel !== 'count');
  const within = (input.covariates ?? []).filter(({name: of}) => of === undefined || of === input.name);
  return [...own, ...within.flatMap((covariate) => covariate.channels)];
}

/** Minutes of a step. */
export function stepMinutesOf({input, stepMinutes}: StepContract): number {
  return input.stepMinutes ?? stepMinutes ?? 1;
}

/** Levels that the model itself forecasts, ascending; none for a model without quantiles. */
export function levelsOf({outputs: {quantiles: levels}}: StepContract): readonly number[] {
  if (levels === undefined) return [];
  return 'files' in levels ? levels.files.map((file) => file.level) : levels.levels;
}
