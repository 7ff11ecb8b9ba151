/**
 * DESIGN 8, first row: 500,000 functions at 11.5 M calls/s on 10,000 hosts x 256 slots in 64 cells, capacity enforced,
 * arrival generation, drawn durations and percentiles included. Bar: 30 M invocations/s on 2 threads, 2 GiB resident.
 * Runs the command itself, as a user would. SPAN=10s shortens it. The fleet starts empty, so that for some seconds all
 * calls are cold and must queue; at 10,000 hosts, two thirds busy, many cells never come out of that: each waiting call
 * evicts what another would have used. With 16,000 hosts they do. Both are shown.
 */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {keepRow} from './measure.ts';

const span = process.env.SPAN ?? '60s';
const folder = mkdtempSync(join(tmpdir(), 'coldfront-bench-'));
const file = join(folder, 'meta.arrow');

/** Peak resident memory of a process so far, MiB; 0 once it is gone. */
function peakMib(child: ChildProcess): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function replay(threads: number, hosts: number): Promise<string> {
  const args = [
    'bin/run.js',
    'replay',
    file,
    '--hosts',
    String(hosts),
    '--slots',
    '256',
    '--cells',
    '64',
    '--policy',
    'fixed:ttl=10m',
  ];
  const child = spawn(process.execPath, [...args, '--timing', '--threads', String(threads)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (piece) => (output += piece));
  child.stderr.on('data', (piece) => (output += piece));
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, peakMib(child))), 200);
  await new Promise((resolve) => child.on('close', resolve));
  clearInterval(watch);
  const seconds = Number(/replayed \d+ invocations in ([\d.]+) s/.exec(output)?.[1]);
  const calls = Number(/replayed (\d+)/.exec(output)?.[1]);
  keepRow({
    name: `${hosts} hosts, ${threads} threads, ${span}`,
    unit: 'invocations/s',
    best: calls / seconds,
    median: calls / seconds,
    worst: calls / seconds,
    rounds: 1,
  });
  const row = output.split('\n').find((line) => line.startsWith('fixed'));
  return `${hosts} hosts, ${threads} threads: ${/replayed.*/.exec(output)?.[0]}, ${peak.toFixed(0)} MiB resident at most\n${row}`;
}

try {
  const startedMs = performance.now();
  const synth = [
    'bin/run.js',
    'synth',
    '--functions',
    '500000',
    '--rate',
    '11.5e6',
    '--span',
    span,
    '--mean-duration',
    '147ms',
  ];
  spawnSync(process.execPath, [...synth, '--seed', '1', '--out', file, '--quiet'], {stdio: 'inherit'});
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(
    `synth ${span}: ${seconds} s, ${(statSync(file).size / 1e6).toFixed(0)} MB; ${availableParallelism()} processors`,
  );
  for (const hosts of [10_000, 16_000]) for (const threads of [1, 2]) console.log(await replay(threads, hosts));
} finally {
  rmSync(folder, {recursive: true, force: true});
}
