import {formatCount, formatTimeUs, US_PER_MINUTE} from '../../base/units.ts';
import type {StepContract} from '../steps/contract.ts';

/** What `coldfront features --json` prints. */
export interface DatasetReport {
  readonly schema: 'coldfront.features/1';
  readonly out: string;
  readonly functions: number;
  readonly rows: number;
  readonly trainRows: number;
  /** Rows after this minute of the span are for testing. */
  readonly splitMinute: number;
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
  /** The `input` of the contract of a model that takes these columns. */
  readonly input: StepContract['input'];
}

/** The report for people. */
export function datasetText({input, inputs, out, rows, splitMinute, targets, trainRows}: DatasetReport): string {
  const columns = (names: readonly string[]) =>
    names.length > 6 ? `${names.slice(0, 3).join(' ')} ... ${names.at(-1)}` : names.join(' ');
  return [
    `${formatCount(rows)} rows: ${formatCount(trainRows)} to train on, before ${formatTimeUs(splitMinute * US_PER_MINUTE)}, and ${formatCount(rows - trainRows)} after it to test`,
    `inputs (${inputs.length}): ${columns(inputs)}`,
    ...(targets.length > 0 ? [`targets (${targets.length}): ${columns(targets)}`] : []),
    `input of the contract: ${JSON.stringify(input.kind === 'features' ? {...input, features: undefined} : input)}`,
    `rows: ${out}`,
    '',
  ].join('\n');
}
