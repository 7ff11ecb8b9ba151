/**
 * `npm run models`: what every model and baseline costs in dollars on five traces that nothing was trained on, by `coldfront
 * backtest`; keeps the answers in fixtures/models/dollars.json and writes README's table from them. `-- --check` compares the
 * table with what is kept. `-- --train FOLDER` trains levels.onnx again; FOLDER holds the function-days of the Azure trace that
 * azure-2019 was trained on (CSV files of invocations, gzip or not, and durations), the rest is in fixtures/traces.
 */
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {ensureBuilt} from './build.js';
import {ensureInstalled, root} from './setup.js';

const traces = join(root, 'fixtures/traces');
const kept = join(root, 'fixtures/models/dollars.json');
const marks = /(<!-- models: npm run models -->\n)[\s\S]*?(<!-- end of models -->)/;
const baselines = ['rolling-mean', 'iat-histogram', 'sba', 'tsb', 'recent', 'ewma', 'rolling-p95'];
const models = readdirSync(join(root, 'fixtures/models'))
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.slice(0, -'.onnx'.length))
  .sort();

/** Huawei's private functions that models are judged on; the busier four may be learnt from. */
const judged = ['4', '5', '10', '25', '71', '129'];
const csv = ['--format', 'csv', '--map'];
const sets = [
  {title: 'Azure 2019, 8 h (150 functions)', files: [join(traces, 'azure2019-d07-window480')]},
  {title: 'Azure 2019, a day (119)', files: fullDay()},
  {title: 'Azure 2019, 14 days (3)', files: [join(traces, 'azure2019-multiday')]},
  {
    title: 'Azure 2021, a week (5)',
    files: [join(traces, 'azure2021/per_minute_5fn_days1-7.csv.gz')],
    how: [...csv, 'function=func,minute=minute,count=invocations,duration=avg_duration_s:s'],
  },
  {
    title: 'Huawei 2023, 5 days (6)',
    rows: () => huawei('private', ({name}) => judged.includes(name)),
    how: [...csv, 'function=function,minute=minute,count=count'],
  },
];

function fullDay() {
  const folder = join(traces, 'azure2019-d07-fullday');
  const real = ['invocations_per_function_md', 'function_durations_percentiles', 'app_memory_percentiles'];
  return real.map((name) => join(folder, `${name}.anon.d07.csv`));
}

/** Minutes with calls of Huawei's functions, as lines `function,minute,count`. */
function huawei(set, take) {
  const folder = join(traces, `huawei2023/${set}_dataset/requests_minute`);
  const lines = [];
  for (const file of readdirSync(folder).sort()) {
    const [head, ...rows] = readFileSync(join(folder, file), 'utf8').trim().split('\n');
    const names = head.split(',');
    for (const row of rows) {
      const cells = row.split(',');
      const minute = Math.floor(Number(cells[1]) / 60);
      names.forEach((name, i) => {
        if (i >= 2 && Number(cells[i]) > 0 && take({name, minute})) lines.push([name, minute, Number(cells[i])]);
      });
    }
  }
  return lines;
}

const folder = mkdtempSync(join(tmpdir(), 'coldfront-models-'));

function coldfront(...args) {
  const {status, stderr, stdout} = spawnSync(process.execPath, [join(root, 'bin/run.js'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: {...process.env, NODE_EXTRA_CA_CERTS: ''},
  });
  if (status !== 0) throw new Error(`coldfront ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Ingests a set and returns the workload's path. */
function workloadOf({files, how = [], rows}, name) {
  const csvFile = join(folder, `${name}.csv`);
  if (rows !== undefined) writeFileSync(csvFile, ['function,minute,count', ...rows()].join('\n'));
  coldfront('ingest', ...(files ?? [csvFile]), ...how, '--out', `${name}.arrow`, '--force');
  return `${name}.arrow`;
}

/** Dollars a day by forecaster, and by what `auto` takes. */
function dollarsOn(set, k) {
  const workload = workloadOf(set, `set${k}`);
  const run = (...names) => {
    const asked = names.flatMap((name) => ['--model', name]);
    return JSON.parse(coldfront('backtest', workload, '--folds', '1', ...asked, '--json')).models;
  };
  const [auto] = run('auto');
  const usdPerDay = Object.fromEntries(run(...models, ...baselines).map((one) => [one.name, one.usdPerDay]));
  process.stderr.write(`${set.title}: ${JSON.stringify(usdPerDay)} auto ${auto.name}\n`);
  return {set: set.title, auto: auto.name, usdPerDay};
}

/** Functions of the Azure trace to learn from: a quarter by hash, those that are called too often to tell levels apart left out. */
const MOST_CALLS = 300_000;
const chosen = (name) => createHash('sha256').update(name).digest()[0] < 64;

/** Busy series of several days, each day a function of its own: what Huawei's other functions and a web site bring. */
function steadyDays() {
  const days = new Map();
  const add = (name, minute, calls) => {
    const day = `${name}-day${Math.floor(minute / 1440)}`;
    if (!days.has(day)) days.set(day, new Array(1440).fill(0));
    days.get(day)[minute % 1440] += calls;
  };
  for (const [name, minute, calls] of huawei('public', ({name}) => name === '4')) add(`public${name}`, minute, calls);
  const busier = ['39', '60', '100'];
  for (const [name, minute, calls] of huawei('private', ({name}) => busier.includes(name))) add(name, minute, calls);
  const [, ...cup] = readFileSync(join(traces, 'bursts/worldcup98_per_minute_1998-06-22_1998-07-01.csv'), 'utf8')
    .trim()
    .split('\n');
  // A fortieth of its requests: as many as an instance serves that takes a second for each.
  for (const [minute, line] of cup.entries()) add('worldcup', minute, Math.round(Number(line.split(',')[1]) / 40));
  return [...days].map(([day, counts]) => [day, day, day, '', ...counts].join(','));
}

/** Trains levels.onnx: every level of concurrency of those functions, going on from azure-2019. */
function train(data) {
  const text = (file) => {
    const bytes = readFileSync(join(data, file));
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  };
  const named = (start) => readdirSync(data).find((file) => file.startsWith(start));
  const [head, ...lines] = text(named('invocations')).trim().split('\n');
  const rows = lines.filter((line) => {
    const [owner, app, name, , ...counts] = line.split(',');
    return chosen(`${owner},${app},${name}`) && counts.reduce((sum, n) => sum + Number(n), 0) <= MOST_CALLS;
  });
  mkdirSync(join(folder, 'pool'));
  const day = (name, all) => writeFileSync(join(folder, 'pool', `${name}.anon.d01.csv`), `${all.join('\n')}\n`);
  day('invocations_per_function_md', [head, ...rows, ...steadyDays()]);
  day('function_durations_percentiles', text(named('function_durations_percentiles')).trim().split('\n'));
  process.stderr.write(coldfront('ingest', 'pool', '--out', 'pool.arrow'));
  const options = [
    '--levels',
    '--from',
    'azure-2019',
    '--augment',
    '0.2',
    '--rows-per-epoch',
    '262144',
    '--epochs',
    '24',
  ];
  process.stderr.write(coldfront('train', 'pool.arrow', '--out', 'levels.onnx', ...options));
  copyFileSync(join(folder, 'levels.onnx'), join(root, 'fixtures/models/levels.onnx'));
}

/** Three significant digits, the cheapest of a column bold. */
function table() {
  const results = JSON.parse(readFileSync(kept, 'utf8'));
  const names = Object.keys(results[0].usdPerDay);
  const cell = (usd, least) => (usd === least ? `**${short(usd)}**` : short(usd));
  const row = (title, of) => `| ${[title, ...results.map(of)].join(' | ')} |`;
  return [
    row('$/day', ({set}) => set),
    `|${'---|'.repeat(results.length + 1)}`,
    ...names.map((name) =>
      row(`\`${name}\``, ({usdPerDay}) => cell(usdPerDay[name], Math.min(...Object.values(usdPerDay)))),
    ),
    row('`auto` takes', ({auto, usdPerDay}) => `\`${auto}\`: ${short(usdPerDay[auto])}`),
    '',
  ].join('\n');
}

const short = (usd) => (usd >= 1 ? usd.toFixed(2) : usd.toPrecision(usd >= 0.1 ? 3 : 2));

function writeModels(check) {
  const paper = join(root, 'README.md');
  const before = readFileSync(paper, 'utf8');
  const after = before.replace(marks, (_, begin, end) => `${begin}${table()}${end}`);
  if (check && after !== before) {
    process.stderr.write('README.md quotes other dollars than fixtures/models/dollars.json: npm run models\n');
    process.exitCode = 1;
  }
  if (!check) writeFileSync(paper, after);
}

try {
  const [task, data] = process.argv.slice(2);
  if (task !== '--check') {
    ensureInstalled();
    await ensureBuilt();
  }
  if (task === '--train') train(data);
  else if (task !== '--check') writeFileSync(kept, `${JSON.stringify(sets.map(dollarsOn), null, 2)}\n`);
  if (task !== '--train') writeModels(task === '--check');
} finally {
  rmSync(folder, {recursive: true, force: true});
}
