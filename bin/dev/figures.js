/**
 * `npm run figures`: writes what benches have measured (test/bench/results/) into ARCHITECTURE.md, between its two marks,
 * so that papers quote what was kept and nothing else. `--check` changes nothing and fails where they differ.
 */
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {root} from './setup.js';

export const resultsFolder = join(root, 'test/bench/results');
const paper = join(root, 'ARCHITECTURE.md');
const marks = /(<!-- figures: npm run bench -- --save -->\n)[\s\S]*?(<!-- end of figures -->)/;

/** Three significant digits with a unit people read: `14.8 M`, `305 M`, `2.61 k`. */
function short(value) {
  const [scale, sign] = value >= 1e6 ? [1e6, ' M'] : value >= 1e4 ? [1e3, ' k'] : [1, ''];
  return `${Number((value / scale).toPrecision(3))}${sign}`;
}

function table() {
  const files = existsSync(resultsFolder) ? readdirSync(resultsFolder).sort() : [];
  const results = files.map((file) => JSON.parse(readFileSync(join(resultsFolder, file), 'utf8')));
  const lines = results.flatMap(({bench, commit, date, rows}) =>
    rows.map(
      ({name, unit, best, median, worst}) =>
        `| \`${bench}\` | ${name} | ${short(best)} | ${short(median)} | ${short(worst)} | ${unit} | ${commit}, ${date} |`,
    ),
  );
  const machines = new Set(
    results.map(({processor, processors, node}) => `${processors} x ${processor}, Node ${node}`),
  );
  return [
    `Measured on ${[...machines].join('; ')}.`,
    '',
    '| bench | what | best | median | worst | unit | commit |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

/** Writes the table; with `check` only compares, and sets the exit code. */
export function writeFigures(check = false) {
  const before = readFileSync(paper, 'utf8');
  const after = before.replace(marks, (_, begin, end) => `${begin}${table()}${end}`);
  if (check && after !== before) {
    process.stderr.write('ARCHITECTURE.md quotes other figures than test/bench/results: npm run figures\n');
    process.exitCode = 1;
  }
  if (!check) writeFileSync(paper, after);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) writeFigures(process.argv.includes('--check'));
