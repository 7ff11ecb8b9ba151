import fc from 'fast-check';
import {afterEach, describe, expect, test} from 'vitest';
import {csvTable, printed, type ReportTable, snakeCase, tableText, tableView} from '../../src/base/report-table.ts';

interface Run {
  readonly policy: string;
  readonly coldShare: number | null;
  readonly delayMs: {readonly p99: number};
  readonly missed: readonly string[];
  readonly relaxed: boolean;
}

const rows: Run[] = [
  {policy: 'none', coldShare: 1, delayMs: {p99: 500}, missed: ['a', 'b'], relaxed: false},
  {policy: 'fixed', coldShare: 0.25, delayMs: {p99: 20}, missed: [], relaxed: false},
  {policy: 'bound', coldShare: null, delayMs: {p99: 20}, missed: [], relaxed: true},
];
const runs: ReportTable<Run> = {
  name: 'runs',
  rows,
  columns: [
    {name: 'policy', title: 'policy', align: 'left', cell: ({policy}) => policy},
    {title: '', align: 'left', cell: ({relaxed}) => (relaxed ? '*' : '')},
    {name: 'coldShare', title: 'cold', align: 'right', cell: ({coldShare}) => `${coldShare ?? '-'}`},
  ],
};
const ask = (asked: Partial<typeof tableView.asked>) => Object.assign(tableView.asked, asked);
const forms = {
  text: () => `before\n${tableText(runs)}after\n`,
  tables: () => [runs, {...runs, name: 'others', rows: []}],
};

afterEach(() => {
  tableView.asked = {csv: false};
  tableView.chosen = undefined;
});

describe('a table as CSV', () => {
  test('has every field of every row by the name that JSON has, lists of texts in a cell, null as nothing', () => {
    expect(csvTable(runs)).toBe(
      'policy,cold_share,delay_ms_p99,missed,relaxed\nnone,1,500,a b,false\nfixed,0.25,20,,false\nbound,,20,,true\n',
    );
  });

  test('without rows it has the columns that people see', () => {
    expect(csvTable({...runs, rows: []})).toBe('policy,cold_share\n');
  });

  test('rows that differ in what they tell have one line of names', () => {
    expect(csvTable({name: '', rows: [{a: 1}, {b: {c: 2}}], columns: []})).toBe('a,b_c\n1,\n,2\n');
  });

  test.each([
    ['p999StartMs', 'p999_start_ms'],
    ['startDelayMs.p99', 'start_delay_ms_p99'],
    ['coverage.0.5', 'coverage_0.5'],
    ['q0.9_10m', 'q0.9_10m'],
    ['usd', 'usd'],
  ])('%s is %s', (name, csv) => expect(snakeCase(name)).toBe(csv));
});

describe('what is asked of tables', () => {
  test('nothing: the text as it is', () => {
    expect(printed(0, forms)).toBe(
      'before\npolicy     cold\nnone          1\nfixed      0.25\nbound   *     -\nafter\n',
    );
  });

  test('--sort goes by values, what has none last whichever way, equals as they were', () => {
    ask({sort: 'coldShare:desc'});
    expect(printed(0, forms).match(/none|fixed|bound/g)).toEqual(['none', 'fixed', 'bound']);
    ask({sort: 'cold_share'});
    expect(printed(0, forms).match(/none|fixed|bound/g)).toEqual(['fixed', 'none', 'bound']);
    ask({sort: 'delayMs.p99,policy:desc'});
    expect(printed(0, forms).match(/none|fixed|bound/g)).toEqual(['fixed', 'bound', 'none']);
  });

  test('--columns takes names of CSV, of JSON and headings; what people do not see otherwise as it is', () => {
    ask({columns: 'cold,delay_ms_p99,policy', top: 1});
    expect(printed(0, forms)).toBe('before\ncold  delay_ms_p99  policy\n   1           500  none\nafter\n');
    ask({csv: true});
    expect(printed(0, forms)).toBe('cold_share,delay_ms_p99,policy\n1,500,none\n');
  });

  test('--table is that table alone', () => {
    ask({table: 'others'});
    expect(printed(0, forms)).toBe('policy    cold\n');
    ask({csv: true});
    expect(printed(0, forms)).toBe('policy,cold_share\n');
  });

  test('a table that is no part of the text takes its place', () => {
    ask({top: 1});
    expect(printed(0, {...forms, text: () => 'a verdict\n'})).toBe('policy    cold\nnone         1\n');
  });

  test('of many rows people see some and are told how many more there are, unless they have said how many', () => {
    const some = {...forms, text: () => tableText({...runs, shown: 2}), tables: () => [{...runs, shown: 2}]};
    expect(printed(0, some)).toContain('... and 1 more (--top, --csv)\n');
    ask({top: 2});
    expect(printed(0, some)).not.toContain('more');
    ask({top: 3});
    expect(printed(0, some)).toContain('bound');
  });

  test.each([
    [{table: 'run'}, "--table: there is no table 'run'", 'did you mean runs?'],
    [{sort: 'cold_shar'}, "--sort: there is no column of runs 'cold_shar'", 'did you mean cold_share?'],
    [{columns: 'nonsense'}, "--columns: there is no column of runs 'nonsense'", 'there are policy, cold_share, '],
  ])('%j is a usage error with a way out', (asked, message, hint) => {
    ask(asked);
    expect(() => printed(0, forms)).toThrow(message);
    try {
      printed(0, forms);
    } catch (error) {
      expect((error as {suggestions: string[]}).suggestions[0]).toContain(hint);
    }
  });

  test('sorted rows are the rows, and no two neighbours are the wrong way round', () => {
    const value = fc.option(fc.integer({min: -3, max: 3}));
    fc.assert(
      fc.property(fc.array(fc.record({a: value, b: value})), fc.boolean(), (some, falling) => {
        tableView.asked = {csv: true, sort: `a${falling ? ':desc' : ''},b`};
        const lines = printed(0, {
          text: () => '',
          tables: () => [{name: 't', rows: [...some, {a: 0, b: 0}], columns: []}],
        })
          .trimEnd()
          .split('\n')
          .slice(1);
        expect(lines.toSorted()).toEqual([...some, {a: 0, b: 0}].map(({a, b}) => `${a ?? ''},${b ?? ''}`).toSorted());
        const key = (line: string) =>
          line.split(',').map((cell, k) => (cell === '' ? 9 : Number(cell) * (k === 0 && falling ? -1 : 1)));
        for (let k = 1; k < lines.length; k++) {
          const [[a, b], [c, d]] = [key(lines[k - 1]!), key(lines[k]!)];
          expect(a! < c! || (a === c && b! <= d!)).toBe(true);
        }
      }),
    );
  });
});
