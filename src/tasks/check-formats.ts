import {escapeMarkup, printable} from '../base/text.ts';
import type {NotedPrices} from '../cost/sheets.ts';
import type {CheckResult} from '../plan/gate/check.ts';

/** What `check --json` prints. */
export interface CheckReport {
  readonly schema: 'coldfront.check/1';
  readonly met: boolean;
  /** Where the prices of its dollars come from; null: the report does not say. */
  readonly prices: NotedPrices | null;
  readonly runs: readonly {readonly run: string; readonly objectives: readonly CheckResult[]}[];
}

/**
 * The results as JUnit XML, which build servers read: a suite a run, a case an objective. `path` is what was checked.
 */
export function junitXml({runs}: CheckReport, path: string): string {
  const all = runs.flatMap(({objectives}) => objectives);
  const suites = runs.map(({run, objectives}) => {
    const cases = objectives.map(({objective, met, text}) => {
      const head = `    <testcase classname="${attribute(run)}" name="${attribute(objective)}" time="0"`;
      if (met) return `${head}/>\n`;
      return `${head}>\n      <failure message="${attribute(text)}" type="missed"/>\n    </testcase>\n`;
    });
    const missed = objectives.filter(({met}) => !met).length;
    return `  <testsuite name="${attribute(run)}" tests="${objectives.length}" failures="${missed}" errors="0" skipped="0" time="0">\n${cases.join('')}  </testsuite>\n`;
  });
  const failures = all.filter(({met}) => !met).length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="coldfront check ${attribute(path)}" tests="${all.length}" failures="${failures}" errors="0" time="0">\n${suites.join('')}</testsuites>\n`;
}

function attribute(text: string): string {
  return escapeMarkup(printable(text));
}

/** What is missed as annotations of a workflow of GitHub's, a line each. */
export function githubLines({runs}: CheckReport, path: string): string[] {
  return runs.flatMap(({objectives}) =>
    objectives
      .filter(({met}) => !met)
      .map(
        ({objective, text}) =>
          `::error title=${property(`coldfront ${objective}`)},file=${property(path)}::${message(text)}`,
      ),
  );
}

function message(text: string): string {
  return printable(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
