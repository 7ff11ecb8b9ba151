import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {UserError} from '../../src/base/errors.ts';
import {Random} from '../../src/base/random.ts';
import {type ReadTrace, readTrace, type TraceOptions} from '../../src/trace/read-trace.ts';
import {COLD_UNTIMED, UNKNOWN_DURATION} from '../../src/workload/workload.ts';
import {mutate} from '../helpers/mutate.ts';
import {type NaiveTrace, naiveEvents, naiveInvocations} from '../helpers/oracle-traces.ts';
import {callsOf, temporaryFolder} from '../helpers/traces.ts';
import {contentOf} from '../helpers/workload.ts';

const folder = temporaryFolder();

const INVOCATIONS = `HashOwner,HashApp,HashFunction,Trigger,1,2,3,4
o1,a1,f1,http,0,3,0,12
o1,a1,f2,timer,1,1,1,1
o2,a2,f1,queue,0,0,0,0
o2,a3,f3,,1000,0,6.0,1e3
`;
const DURATIONS = `HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_50,percentile_Average_100
o1,a1,f1,215,8641,62.0,18310.0,83,200,3792
o1,a1,f2,3,,-5.0,9,0,3,9
o2,a3,f3,0,5,0.0,0.0,0,0,0
`;
const MEMORY = `HashOwner,HashApp,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct1
o1,a1,534,129,107
o2,a2,17250,165,164
o2,a2,3,64,60
`;
const EVENTS = `app,func,end_timestamp,duration
a1,f1,0.07949090003967285,0.078
a1,f2,57.15786004066467,57.154
a2,f1,1209599.6912345678,0.0
a2,f1,300.5,405
a1,f1,12.25,-0.5
`;
const MAPPED = `fn,ts,ms,kind,mb
f1,2026-01-05T10:00:00Z,12.5,http,128
f2,2026-01-05T10:00:59.999999Z,0,timer,256
f1,2026-01-05 10:07:00+01:00,1e3,http,128
`;
const COUNTS = `fn,team,minute,calls,avg_s
f1,x,10,5,0.25
f2,x,10,1,1
f1,x,11,0,0.0
f1,y,4000,1000000000000,2
`;
const LINES = `{"fn":"f1","at":{"ms":1000.5},"d":12}
{"fn":"f2","at":{"ms":"2000"},"d":"1e3","x":[1,2]}
{"fn":"f1","at":{"ms":1},"d":0}
`;

interface Target {
  readonly name: string;
  readonly seeds: readonly string[];
  readonly options: TraceOptions;
  /** Files read along with the mutant, so that a table of durations or memory has something to belong to. */
  readonly beside?: string;
  readonly naive?: (text: string) => NaiveTrace | undefined;
}

const counts = 'function=fn,owner=team,minute=minute,count=calls,duration=avg_s:s';
const calls = 'function=fn,arrival=ts:iso,duration=ms:ms,trigger=kind,memory=mb:MiB';
const targets: readonly Target[] = [
  {
    name: 'azure-2019 invocations',
    seeds: [INVOCATIONS],
    options: {format: 'azure-2019'},
    naive: (text) => naiveInvocations(text, 1),
  },
  {
    name: 'azure-2019 durations and memory',
    seeds: [DURATIONS, MEMORY],
    options: {format: 'azure-2019'},
    beside: INVOCATIONS,
  },
  {name: 'azure-2021', seeds: [EVENTS], options: {format: 'azure-2021'}, naive: naiveEvents},
  {name: 'csv of calls', seeds: [MAPPED], options: {format: 'csv', map: calls}},
  {name: 'csv of counts', seeds: [COUNTS], options: {format: 'csv', map: counts}},
  {name: 'ndjson', seeds: [LINES], options: {format: 'ndjson', map: 'function=fn,arrival=at.ms:ms,duration=d:ms'}},
  {name: 'recognised by header, packed', seeds: [INVOCATIONS, EVENTS, MEMORY], options: {format: 'auto'}},
];
const MUTANTS = 10_000;

describe('damaged traces', () => {
  test.each(targets.map((target, t) => [target.name, target, t] as const))(
    '%s: each parses with counted skips or is bad input that names the file',
    async (_, target, t) => {
      const random = new Random(2019 + t);
      let parsed = 0;
      for (let n = 0; n < MUTANTS / targets.length; n++) {
        const seed = Buffer.from(target.seeds[n % target.seeds.length]!);
        const text = mutate(seed, random);
        // Every fourth of the last target's mutants is packed before it is damaged.
        const bytes = target.options.format === 'auto' && n % 4 === 0 ? mutate(gzipSync(seed), random) : text;
        const trace = await readMutant(target, bytes);
        if (trace) {
          parsed++;
          checkSound(trace);
          if (target.naive && !text.includes('"')) checkAsNaive(trace, target.naive, text.toString('utf8'));
        }
      }
      // Most damage is local: a reader that gave up on it would be no use.
      expect(parsed).toBeGreaterThan(MUTANTS / targets.length / 4);
    },
  );
});

// Thousands of mutants: matchers only where something is wrong, for they take most of the time otherwise.
function check(holds: boolean, message: () => string): void {
  if (!holds) expect.unreachable(message());
}

async function readMutant(target: Target, bytes: Buffer): Promise<ReadTrace | undefined> {
  const file = join(folder, 'mutant.d01.csv');
  const paths = [file];
  writeFileSync(file, bytes);
  if (target.beside) {
    paths.push(join(folder, 'beside.d02.csv'));
    writeFileSync(paths[1]!, target.beside);
  }
  try {
    return await readTrace(paths, target.options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    check(error.exitCode === 3 && error.message.includes('.csv'), () => error.message);
    return undefined;
  }
}

/** A workload that a replay can trust, whatever the file was. */
function checkSound({workload, tally}: ReadTrace): void {
  const counted = [...tally.byRule.values()].reduce((a, b) => a + b, 0);
  check(tally.skipped <= tally.read && counted === tally.skipped, () => 'rows are counted');
  check(tally.first.length === Math.min(20, tally.skipped), () => 'skipped rows are named');
  for (const {file, line, reason} of tally.first) {
    check(file.includes('.csv') && line > 0 && / is '.*', must be /s.test(reason), () => `${file}:${line}: ${reason}`);
  }
  const {rows, meta, kind} = contentOf(workload);
  const whole = Number.isSafeInteger(meta.originUs) && Number.isSafeInteger(meta.spanUs) && meta.spanUs >= 0;
  check(whole, () => JSON.stringify(meta));
  const end = kind === 'minute' ? meta.spanUs / 60e6 : meta.spanUs;
  const least = kind === 'minute' ? 1 : 0;
  for (const {calls, durationMs, memoryMib, percentilesMs} of rows) {
    calls.forEach(([at, value = least, cold = 0], i) => {
      const previous = i === 0 ? -least : calls[i - 1]![0]!;
      check(at! >= previous + least && at! < end, () => `call ${i} at ${at}`);
      const known = kind === 'minute' ? value >= 1 : value >= UNKNOWN_DURATION;
      check(Number.isSafeInteger(value) && known && cold >= COLD_UNTIMED, () => `call ${i}: ${value}, ${cold}`);
    });
    check(!durationMs.some((ms) => ms! < 0 || ms === Number.POSITIVE_INFINITY), () => durationMs.join());
    check(!percentilesMs.some((ms, k) => ms < (percentilesMs[k - 1] ?? 0)), () => percentilesMs.join());
    check(!(memoryMib! <= 0), () => `${memoryMib} MiB`);
  }
}

function checkAsNaive(trace: ReadTrace, naive: NonNullable<Target['naive']>, text: string): void {
  const expected = naive(text);
  const own = [trace.tally.read, trace.tally.skipped, plain(callsOf(trace))];
  const theirs = [expected?.rowsRead, expected?.rowsSkipped, plain(expected?.calls ?? new Map())];
  if (JSON.stringify(own) !== JSON.stringify(theirs)) expect({text, is: own}).toEqual({text, is: theirs});
}

function plain(calls: NaiveTrace['calls']) {
  return [...calls].sort(byKey).map(([who, own]) => [who, [...own].sort(byKey)]);
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
