import {formatNumber, formatShare, formatUsd} from '../../base/format.ts';
import {duration, input, type Values} from '../input.ts';
import {coldPriceInputs, coldUsd, replayedAt, skiPrices, warmPriceInput, warmUsd} from '../prices.ts';
import {type Answer, answer, type Topic, type Verdict} from '../topic.ts';
import {
  accuracy,
  areaUnderCurve,
  cheapestClassifier,
  falseOmissionRate,
  precision,
  separation,
  windowUsd,
} from './classifier.ts';

const inputs = {
  recall: input('share', 'recall', '.8', 'share of called windows that were predicted'),
  falsePositiveRate: input('share', 'false-positive-rate', '.2', 'share of uncalled windows predicted all the same'),
  baseRate: input('share', 'base-rate', '.05', 'share of windows in which a function is called'),
  windowSeconds: duration('window', '10m', 'how long a prediction holds, and a warm slot with it'),
  functions: input('count', 'functions', '500000', 'functions predicted for', 'functions'),
  ...warmPriceInput,
  ...coldPriceInputs,
};

/** E1.3: what do false alarms and misses of an "80 % accurate" prediction cost? */
export const prediction: Topic<typeof inputs> = {
  name: 'prediction',
  summary: 'E1.3  False alarms and misses of a forecast: their cost',
  description:
    'Predictions are 80 % accurate: what is the cost of warming what is not called, against missing what is? With a workload: its own base rate, and replays of the rules that need no forecast, which one has to beat.',
  examples: ['', '--base-rate 1% --recall .9 --false-positive-rate .05', '--workload w.arrow --window 5m'],
  inputs,
  answers: (values) => [...qualityAnswers(values), ...costAnswers(values), ...countAnswers(values)],
  verdict,
  tries: true,
  workload: async (workload, values) => ({
    ...replayedAt(values),
    ...(await import('./workload.ts')).predictionOfWorkload(workload, values.windowSeconds, skiPrices(values)),
  }),
};

/** Dollars of one slot over one window (METHODS' w) and of one cold start (C). */
function prices(values: Values<typeof inputs>): {w: number; C: number} {
  return {w: warmUsd(values) * values.windowSeconds, C: coldUsd(values)};
}

/** All policies' dollars per window over all functions. */
function costs(values: Values<typeof inputs>): {predictor: number; never: number; always: number} {
  const {w, C} = prices(values);
  const {functions, baseRate} = values;
  return {
    predictor: functions * windowUsd(values, baseRate, w, C),
    never: functions * baseRate * C,
    always: functions * w,
  };
}

function qualityAnswers(values: Values<typeof inputs>): Answer[] {
  const {baseRate} = values;
  const {w, C} = prices(values);
  const right = precision(values, baseRate);
  const omitted = falseOmissionRate(values, baseRate);
  return [
    answer('E1.3.precision', right, 'share', 'predictions that come true', 'pi r / (pi r + (1-pi) q)'),
    answer(
      'E1.3.wastedPerHit',
      1 / right - 1,
      'slots/hit',
      'slots warmed in vain for each that is used',
      '1/precision - 1',
    ),
    answer('E1.3.accuracy', accuracy(values, baseRate), 'share', 'windows predicted rightly', 'pi r + (1-pi)(1-q)'),
    answer('E1.3.accuracyNever', 1 - baseRate, 'share', 'windows that "never" predicts rightly', '1 - pi'),
    answer('E1.3.missToFalseAlarmCost', C / w, '', 'cost of a miss in false alarms', 'C/w, w = warm price x window'),
    answer('E1.3.threshold', w / C, 'probability', 'calibrated probability from which to warm', 'w/C'),
    answer('E1.3.fractile', 1 - w / C, 'share', 'fractile of the count to keep slots for', 'newsvendor: 1 - w/C'),
    answer('E1.3.usefulFromCostRatio', 1 / right, '', 'miss/false-alarm cost from which it beats never', '1/precision'),
    answer(
      'E1.3.usefulToCostRatio',
      1 / omitted,
      '',
      'miss/false-alarm cost up to which it beats always',
      '1/FOR, FOR = pi(1-r) / (pi(1-r) + (1-pi)(1-q))',
    ),
    answer(
      'E1.3.auc',
      areaUnderCurve(separation(values)),
      'share',
      'area under the ROC curve of its score',
      'binormal',
    ),
  ];
}

function costAnswers(values: Values<typeof inputs>): Answer[] {
  const {w, C} = prices(values);
  const {functions, baseRate} = values;
  const {predictor, never, always} = costs(values);
  const best = cheapestClassifier(separation(values), baseRate, w, C);
  const binormal = 'binormal score of that AUC, threshold at the likelihood ratio (1-pi)/pi x w/(C-w)';
  const unit = 'USD/window';
  return [
    answer(
      'E1.3.usdPredictor',
      predictor,
      unit,
      'cost of the prediction as given',
      'F [(pi r + (1-pi) q) w + pi (1-r) C]',
    ),
    answer('E1.3.usdNever', never, unit, 'cost of never warming', 'F pi C'),
    answer('E1.3.usdAlways', always, unit, 'cost of always warming', 'F w'),
    answer(
      'E1.3.usdBestThreshold',
      functions * windowUsd(best, baseRate, w, C),
      unit,
      'cost of the same score at its best threshold',
      binormal,
    ),
    answer('E1.3.accuracyBestThreshold', accuracy(best, baseRate), 'share', 'accuracy at that threshold', binormal),
    answer('E1.3.recallBestThreshold', best.recall, 'share', 'recall at that threshold', binormal),
  ];
}

function countAnswers(values: Values<typeof inputs>): Answer[] {
  const {functions, baseRate, recall, falsePositiveRate} = values;
  const {w, C} = prices(values);
  const hits = functions * baseRate * recall;
  const falseAlarms = functions * (1 - baseRate) * falsePositiveRate;
  const misses = functions * baseRate * (1 - recall);
  const unit = 'functions/window';
  return [
    answer('E1.3.truePositives', hits, unit, 'warmed and called', 'F pi r'),
    answer('E1.3.falsePositives', falseAlarms, unit, 'warmed and not called', 'F (1-pi) q'),
    answer('E1.3.falseNegatives', misses, unit, 'not warmed and called', 'F pi (1-r)'),
    answer('E1.3.usdFalsePositives', falseAlarms * w, 'USD/window', 'cost of the false alarms', 'F (1-pi) q w'),
    answer('E1.3.usdFalseNegatives', misses * C, 'USD/window', 'cost of the misses', 'F pi (1-r) C'),
  ];
}

function verdict(values: Values<typeof inputs>): Verdict {
  const {predictor, never, always} = costs(values);
  const {w, C} = prices(values);
  const best =
    values.functions * windowUsd(cheapestClassifier(separation(values), values.baseRate, w, C), values.baseRate, w, C);
  const each =
    `A window costs ${formatUsd(predictor)} with the prediction, ${formatUsd(never)} never warming and ` +
    `${formatUsd(always)} always warming`;
  const retune =
    best < Math.min(predictor, never, always) ? `; the same score, cut at its best threshold, ${formatUsd(best)}` : '';
  if (never <= predictor && never <= always) return {code: 'never', text: () => `${each}${retune}: do not warm by it.`};
  if (always <= predictor) return {code: 'always', text: () => `${each}${retune}: warm everything.`};
  const right = precision(values, values.baseRate);
  return {
    code: 'predict',
    text: () =>
      `${each}${retune}: warm by the prediction, although ${formatShare(1 - right)} of what it warms is in vain, ` +
      `for a miss costs ${formatNumber(C / w)} times a false alarm.`,
  };
}
