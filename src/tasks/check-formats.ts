import type {Printed, ReportTable} from '../base/report-table.ts';
import {styled} from '../base/terminal.ts';
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

type ObjectiveOfRun = CheckResult & {readonly run: string};

/** A row a run and objective, met or not. */
function objectivesTable({runs}: CheckReport): ReportTable<ObjectiveOfRun> {
  const number = (value: number | null): string => (value === null ? '-' : String(Number(value.toPrecision(6))));
  return {
    name: 'objectives',
    rows: runs.flatMap(({run, objectives}) => objectives.map((result) => ({run, ...result}))),
    columns: [
      {name: 'run', title: 'run', align: 'left', cell: ({run}) => run},
      {name: 'objective', title: 'objective', align: 'left', cell: ({objective}) => objective},
      {name: 'value', title: 'value', align: 'right', cell: ({value}) => number(value)},
      {name: 'limit', title: 'limit', align: 'right', cell: ({limit}) => number(limit)},
      {name: 'met', title: 'met', align: 'left', cell: ({met}) => (met ? 'met' : styled('bad', 'missed'))},
    ],
  };
}

/** What is missed, a line each; as a table all of it. */
export const checkPrinted: Printed<CheckReport> = {
  text: ({runs}) =>
    runs
      .flatMap(({objectives}) => objectives)
      .map(({met, text}) => (met ? '' : `${styled('bad', printable(text))}\n`))
      .join(''),
  tables: (report) => [objectivesTable(report)],
};
