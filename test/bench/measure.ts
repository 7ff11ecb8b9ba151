import {writeFileSync} from 'node:fs';

/** One timed thing: what, and how many units of work a run of it is. */
export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly work: number;
  run(): unknown;
}

/** One row of what a bench measured; rates are units of work a second. */
export interface MeasuredRow {
  readonly name: string;
  readonly unit: string;
  readonly best: number;
  readonly median: number;
  readonly worst: number;
  readonly rounds: number;
}

const kept: MeasuredRow[] = [];

/** Hands a row to `npm run bench -- --save`. */
export function keepRow(row: MeasuredRow): void {
  kept.push(row);
  const path = process.env.COLDFRONT_BENCH_ROWS;
  if (path !== undefined) writeFileSync(path, JSON.stringify(kept));
}

/** Runs each `rounds` times, interleaved so that noise of the machine hits all alike, and prints best, median and spread. */
export async function measure(cases: readonly Measured[], rounds = 5): Promise<void> {
  const seconds = cases.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [k, one] of cases.entries()) {
      const startedMs = performance.now();
      await one.run();
      seconds[k]!.push((performance.now() - startedMs) / 1000);
    }
  }
  cases.forEach((one, k) => {
    const sorted = seconds[k]!.sort((a, b) => a - b);
    const rate = (s: number): string => {
      const perSecond = one.work / s;
      return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(2)} M` : perSecond.toFixed(0);
    };
    const median = sorted[sorted.length >> 1]!;
    keepRow({
      name: one.name,
      unit: `${one.unit}/s`,
      best: one.work / sorted[0]!,
      median: one.work / median,
      worst: one.work / sorted.at(-1)!,
      rounds,
    });
    console.log(
      `${one.name}: best ${rate(sorted[0]!)} ${one.unit}/s, median ${rate(median)}, worst ${rate(sorted.at(-1)!)} (${rounds} runs, ${(median * 1000).toFixed(0)} ms)`,
    );
  });
  const mib = (bytes: number): string => (bytes / 1048576).toFixed(0);
  console.log(
    `resident ${mib(process.memoryUsage().rss)} MiB, at most ${mib(process.resourceUsage().maxRSS * 1024)} MiB`,
  );
}
