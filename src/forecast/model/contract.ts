import * as v from 'valibot';
import {inputError} from '../../base/errors.ts';
import {baselines} from '../baselines/registry.ts';
import {FEATURE_VERSION, features} from '../features/features.ts';
import {SEGMENTS} from '../segments.ts';

/** The key of `metadata_props` that holds the contract, as JSON. */
export const CONTRACT_KEY = 'coldfront.contract';
export const CONTRACT_SCHEMA = 'coldfront.model/1';

/** What no forecaster needs more of, and keeps a hostile contract from taking the memory: cells a row, minutes ahead. */
const MAX_CELLS = 4096;
const MAX_HORIZON = 366 * 1440;

const numbers = v.array(v.pipe(v.number(), v.finite()));
const level = v.pipe(v.number(), v.gtValue(0), v.ltValue(1));
const minutes = v.pipe(v.number(), v.integer(), v.minValue(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

function ascending(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > values[i - 1]!);
}

const contractSchema = v.object({
  schema: v.literal(CONTRACT_SCHEMA),
  /** Version of the feature definitions that the model was trained on. */
  featureVersion: count,
  /** Names of the features in the order of the input's columns. */
  features: v.pipe(v.array(v.string()), v.nonEmpty()),
  /** Minutes of history that the features look back at. */
  contextMinutes: v.optional(minutes),
  /** Windows forecast: the next 1, 2, 5, ... minutes. */
  horizonMinutes: v.pipe(v.array(minutes), v.nonEmpty(), v.check<number[], string>(ascending, 'must ascend')),
  quantiles: v.pipe(v.array(level), v.nonEmpty(), v.check<number[], string>(ascending, 'must ascend')),
  /** Name of the input tensor, float32 [rows, features]. */
  input: v.string(),
  outputs: v.pipe(
    v.object({
      /** P(at least one call), [rows, horizons]. Left out, it is read off the quantiles. */
      active: v.optional(v.string()),
      /** Count quantiles, [rows, horizons x quantiles], horizon by horizon. Left out, past counts stand in. */
      counts: v.optional(v.string()),
      /** Whether count quantiles are of plain calls, or of calls plus a uniform jitter in [0, 1). */
      countsAre: v.optional(v.picklist(['calls', 'jittered']), 'calls'),
    }),
    v.check(({active, counts}) => active !== undefined || counts !== undefined, 'must name active, counts or both'),
  ),
  /** `graph` when the model standardises its inputs itself; else value = (feature - offset) x factor. */
  scaling: v.optional(v.union([v.literal('graph'), v.object({offset: numbers, factor: numbers})]), 'graph'),
  /** Conformal offsets of log(1 + quantile) by segment, horizon and quantile. */
  conformal: v.optional(v.array(v.array(numbers))),
  /** By segment, `model` or the baseline that serves it better. */
  champions: v.optional(v.array(v.string())),
  /** Where the model comes from. Free in form for models of others. */
  training: v.optional(v.record(v.string(), v.unknown())),
});

/** What a model over coldfront's own features promises: version 1. Anything else has version 2 (`steps/contract.ts`). */
export type ModelContract = v.InferOutput<typeof contractSchema>;

/** The contract in parsed JSON, checked for everything that does not need the model. `place` names where it stands. */
export function parseContract(json: unknown, place: string): ModelContract {
  const result = v.safeParse(contractSchema, json);
  if (!result.success) {
    const issue = result.issues[0];
    const field = issue.path?.map((item) => String(item.key)).join('.') ?? 'the contract';
    const way = 'a contract is described in README, "Models of your own"';
    throw inputError(place, `contract: ${field}: ${issue.message}`, way);
  }
  checkFit(result.output, place);
  return result.output;
}

/** Whether this program can feed the model and use what it says. */
function checkFit(contract: ModelContract, place: string): void {
  const refuse = (message: string, ...ways: string[]) => inputError(place, `contract: ${message}`, ...ways);
  if (contract.featureVersion !== FEATURE_VERSION) {
    throw refuse(
      `featureVersion is ${contract.featureVersion}, this program computes version ${FEATURE_VERSION}`,
      'train the model again with coldfront train',
    );
  }
  const known = new Set(features.map((feature) => feature.name));
  const missing = contract.features.filter((name) => !known.has(name));
  if (missing.length > 0) throw refuse(`unknown features: ${missing.slice(0, 10).join(', ')}`);
  const wanted = contract.features.length;
  if (contract.scaling !== 'graph') {
    const {offset, factor} = contract.scaling;
    if (offset.length !== wanted || factor.length !== wanted) {
      throw refuse(`scaling has ${offset.length} offsets and ${factor.length} factors for ${wanted} features`);
    }
  }
  const {champions, conformal, horizonMinutes, quantiles} = contract;
  if (horizonMinutes.length * quantiles.length > MAX_CELLS) {
    throw refuse(`${horizonMinutes.length} horizons x ${quantiles.length} quantiles are more than ${MAX_CELLS}`);
  }
  if (horizonMinutes.at(-1)! > MAX_HORIZON) throw refuse(`horizonMinutes: ${horizonMinutes.at(-1)} is beyond a year`);
  if (champions !== undefined) {
    const stranger = champions.find((name) => name !== 'model' && !baselines.has(name));
    if (stranger !== undefined) throw refuse(`champions: '${stranger}' is neither 'model' nor a baseline`);
    if (champions.length !== SEGMENTS) throw refuse(`champions has ${champions.length} entries, must have ${SEGMENTS}`);
  }
  const whole =
    conformal === undefined ||
    (conformal.length === SEGMENTS &&
      conformal.every((byHorizon) => byHorizon.length === horizonMinutes.length) &&
      conformal.flat().every((byQuantile) => byQuantile.length === quantiles.length));
  if (!whole) throw refuse(`conformal must be ${SEGMENTS} x ${horizonMinutes.length} x ${quantiles.length} numbers`);
}
