import {formatNumber} from '../../base/format.ts';
import {printable} from '../../base/text.ts';
import {formatCount, formatTimeUs, US_PER_MINUTE} from '../../base/units.ts';
import type {Workload} from '../../workload/workload.ts';
import type {Course, Trial} from './trial.ts';

/** What `coldfront model M --try W --json` prints. */
export interface TrialReport {
  readonly schema: 'coldfront.model-trial/1';
  readonly model: string;
  /** Functions of the workload, and function-windows that the model was run on. */
  readonly functions: number;
  readonly rows: number;
  readonly windowMinutes: number;
  readonly quantiles: readonly number[];
  readonly meanCalls: {readonly least: number; readonly most: number};
  readonly active: {readonly least: number; readonly most: number};
  readonly largestQuantile: number;
  readonly largestWindow: number;
  readonly quantilesAscend: boolean;
  readonly repeats: boolean;
  readonly rowsApart: boolean;
  /** What is wrong or odd, a sentence each; none when all is well. */
  readonly findings: readonly string[];
  readonly shown: readonly {
    readonly function: string;
    readonly came: readonly number[];
    readonly forecasts: readonly {
      readonly model: string;
      readonly meanCalls: readonly number[];
      readonly meanError: number;
    }[];
  }[];
}

/** Forecasts beyond so many times the busiest window of the trace are odd. */
const BEYOND = 20;

export function trialReport(
  workload: Workload,
  model: {readonly name: string; readonly horizons: readonly number[]; readonly quantiles: readonly number[]},
  trial: Trial,
  quantilesAscend: boolean,
  courses: readonly Course[],
): TrialReport {
  const [leastMean, mostMean] = trial.mean;
  const [leastActive, mostActive] = trial.active;
  const report = {
    schema: 'coldfront.model-trial/1' as const,
    model: model.name,
    functions: workload.functions,
    rows: trial.rows,
    windowMinutes: model.horizons[0]!,
    quantiles: model.quantiles,
    meanCalls: {least: leastMean, most: mostMean},
    active: {least: leastActive, most: mostActive},
    largestQuantile: trial.largestForecast,
    largestWindow: trial.largestSeen,
    quantilesAscend,
    repeats: trial.repeats,
    rowsApart: trial.rowsApart,
    shown: courses.map(({came, expected, f}) => ({
      function: workload.name.at(f),
      came,
      forecasts: expected.map(({mean, meanError, name}) => ({model: name, meanCalls: mean, meanError})),
    })),
  };
  return {...report, findings: findingsOf(report)};
}

function findingsOf(report: Omit<TrialReport, 'findings'>): string[] {
  const {largestWindow, meanCalls, rows} = report;
  const findings: string[] = [];
  if (rows === 0) findings.push('no function was called before the second half of the trace: nothing was run');
  if (!report.repeats) findings.push('a second run gave other numbers: results would differ from run to run');
  if (!report.rowsApart)
    findings.push('rows depend on the rows beside them: is the layout right, is it in evaluation mode?');
  if (!report.quantilesAscend) findings.push('quantiles cross in some rows and are sorted');
  if (meanCalls.most > BEYOND * Math.max(1, largestWindow)) {
    findings.push(
      `means reach ${formatCount(meanCalls.most)} calls, the busiest window had ${formatCount(largestWindow)}: is outputs.transform right?`,
    );
  }
  if (rows > 1 && meanCalls.least === meanCalls.most)
    findings.push('every row has the same forecast: does the input arrive?');
  return findings;
}

/** The report for people. `microsecondsPerRow` and `peakMib` are of this machine and this run. */
export function trialText(report: TrialReport, microsecondsPerRow: number, peakMib: number): string {
  const {active, meanCalls} = report;
  const share = (chance: number) => `${(100 * chance).toFixed(1)} %`;
  const window = formatTimeUs(report.windowMinutes * US_PER_MINUTE);
  const lines = [
    `${printable(report.model)}: ${formatCount(report.rows)} forecasts of ${window} for ${formatCount(report.functions)} functions`,
    '',
    `mean calls   ${formatNumber(meanCalls.least)} to ${formatNumber(meanCalls.most)}; the busiest window had ${formatCount(report.largestWindow)}`,
    `chances      ${share(active.least)} to ${share(active.most)}`,
    `quantiles    up to ${formatCount(report.largestQuantile)} calls, ${report.quantilesAscend ? 'ascending' : 'crossing in some rows'}`,
    `repeated     ${report.repeats ? 'the same numbers' : 'other numbers'}; rows ${report.rowsApart ? 'do not depend' : 'depend'} on each other`,
    `cost         ${microsecondsPerRow.toFixed(1)} us a row, ${formatCount(Math.round(peakMib))} MiB in all`,
  ];
  for (const {came, forecasts, function: name} of report.shown) {
    const most = Math.max(...came, ...forecasts.flatMap(({meanCalls: mean}) => mean));
    const width = Math.max(4, ...forecasts.map(({model}) => printable(model).length));
    lines.push(
      '',
      `${printable(name).slice(0, 60)}, the last ${came.length} windows, up to ${formatNumber(most)} calls`,
    );
    lines.push(`  ${'came'.padEnd(width)}  ${bars(came, most)}`);
    for (const {meanCalls: mean, meanError, model} of forecasts) {
      lines.push(`  ${printable(model).padEnd(width)}  ${bars(mean, most)}  off by ${formatNumber(meanError)}`);
    }
  }
  lines.push(
    '',
    ...(report.findings.length > 0 ? report.findings.map((finding) => `! ${finding}`) : ['Nothing is wrong.']),
  );
  return `${lines.join('\n')}\n`;
}

const heights = ' ▁▂▃▄▅▆▇█';

/** Numbers as bars, on the scale of `most`; nothing at all is a blank. */
function bars(values: readonly number[], most: number): string {
  return values
    .map(
      (value) => heights[most > 0 && value > 0 ? Math.max(1, Math.round((value / most) * (heights.length - 1))) : 0]!,
    )
    .join('');
}
