import {US_PER_DAY, US_PER_HOUR, US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import type {NumberColumnName} from '../../fleet/settings/columns.ts';
import {withDefaults} from '../../fleet/settings/with-defaults.ts';
import {type Ledger, lostCalls} from '../../replay/ledger.ts';
import type {MinimumSchedule, ReplayOptions} from '../../replay/options.ts';
import {platforms} from '../../replay/platforms/registry.ts';
import {withKeys} from '../../replay/platforms/with-keys.ts';
import type {PolicyChoice} from '../../replay/policies/policy.ts';
import {preparePolicies} from '../../replay/policies/registry.ts';
import {type RunReport, replayReport} from '../../replay/report/replay-report.ts';
import {usdByFunction} from '../../replay/report/usage.ts';
import {replay} from '../../replay/run/replay.ts';
import type {Threads} from '../../replay/threads.ts';
import {invocationsTotal, type Workload} from '../../workload/workload.ts';
import {type Candidate, chosenCounts} from './chosen-counts.ts';
import {ClockHours, type HourPart} from './clock-hours.ts';
import {mostOf} from './most-instances.ts';
import {type TimeSample, timeSampleOf} from './time-sample.ts';

/** A workload on a platform, with all that flags and files say. */
export interface OnPlatform {
  readonly workload: Workload;
  readonly options: ReplayOptions;
  /** What the platform does with idle instances, or what was given instead. */
  readonly policy: PolicyChoice;
}

/** What is to be sized. */
export interface SizingTask {
  /** The platform as it is now, `lambda:account=500`. */
  readonly platform: string;
  /** The workload on that platform with other keys. */
  on(platform: string): Promise<OnPlatform>;
  /**
   * Start delay that 99 % of calls are to keep to; undefined: where waiting has a price that decides, else none is to wait
   * longer than now.
   */
  readonly p99StartUs: number | undefined;
  readonly threads: Threads;
  /** Hears what is being replayed, and how far it has come; undefined: nobody wants to know. */
  readonly status?: ((line: string) => void) | undefined;
}

/** Settings and what they do. */
export interface Setting {
  readonly platform: string;
  readonly run: RunReport;
  readonly ledger: Ledger;
  readonly on: OnPlatform;
}

/** What a function keeps, and what it costs. */
export interface SizedFunction {
  readonly row: number;
  /** Instances kept in each hour of the day since time 0; one number: throughout. */
  readonly counts: readonly number[];
  readonly usdNow: number;
  readonly usdThen: number;
}

export interface Sized {
  readonly now: Setting;
  readonly best: Setting;
  /** Microseconds that 99 % of calls were to start within; Infinity: their waiting has a price instead. */
  readonly targetUs: number;
  readonly met: boolean;
  /** Keys of the platform that are not as they were. */
  readonly keys: Readonly<Record<string, string>>;
  /** Functions that keep instances, or did. */
  readonly functions: readonly SizedFunction[];
  readonly hours: ClockHours;
  /** Instances at most, where the platform limits them: no call of the trace waits for that. NaN: never called. [row] */
  readonly most: Float64Array | undefined;
  /** Replays that it took. */
  readonly replays: number;
}

/** Instances that are tried for every function at once: between them costs change little. */
const COUNTS = [1, 2, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 450, 675, 1000];
/** Tries to come within the target, each with fewer calls allowed to be late. */
const ATTEMPTS = 4;
const LATE_SHARE = 0.01;

/** Finds a platform's settings by replaying candidates. */
export async function rightSize(task: SizingTask): Promise<Sized> {
  return new RightSizing(task).size();
}

class RightSizing {
  private readonly task: SizingTask;
  private replays = 0;

  constructor(task: SizingTask) {
    this.task = task;
  }

  async size(): Promise<Sized> {
    const {task} = this;
    const now = await this.tried(task.platform);
    const priced = now.on.options.prices.delayUsdPerHour > 0;
    const nowUs = (now.run.startDelayMs.p99 ?? 0) * US_PER_MS;
    const targetUs = task.p99StartUs ?? (priced ? Number.POSITIVE_INFINITY : nowUs);
    const {setting, keys} = await this.withBestKeys(now, targetUs);
    const {keeps} = platforms.named(platformName(task.platform));
    const hours = new ClockHours(now.on.options, keeps === 'by the clock');
    const kept = keeps === 'never' ? undefined : await this.keeping(setting, targetUs, hours);
    const best = kept && better(kept.setting, setting, targetUs) ? kept : undefined;
    const final = best?.setting ?? setting;
    return {
      ...{now, best: final, targetUs, keys, hours},
      met: meets(final, targetUs),
      most: mostOf(final.on.options, final.ledger),
      functions: sizedFunctions(now, final, best?.counts, hours),
      replays: this.replays,
    };
  }

  /**
   * Keys one after the other, each with the value that is best beside those before. What a sample finds is replayed whole,
   * and is nothing if that is no better than what there is now.
   */
  private async withBestKeys(now: Setting, targetUs: number) {
    const hours = new ClockHours(now.on.options, false);
    const sample = timeSampleOf(now.on.workload, now.on.options, hours);
    const {setting, keys} = await this.searchedKeys(now, targetUs, hours, sample);
    if (sample === undefined || Object.keys(keys).length === 0) return {setting: sample ? now : setting, keys};
    const proven = await this.tried(withKeys(this.task.platform, keys), 'in full');
    return better(proven, now, targetUs) ? {setting: proven, keys} : {setting: now, keys: {}};
  }

  private async searchedKeys(now: Setting, targetUs: number, hours: ClockHours, sample: TimeSample | undefined) {
    const {tries} = platforms.named(platformName(this.task.platform));
    let keys: Record<string, string> = {};
    if (Object.keys(tries).length === 0) return {setting: now, keys};
    let setting: Pick<Setting, 'run'> & Partial<Setting> = sample ? await this.sampled(now.on, hours, sample) : now;
    const tried = new Set([meaningOf(now.on)]);
    for (const [key, values] of Object.entries(tries) as [string, readonly string[]][]) {
      const before = keys;
      for (const value of values) {
        const changed = {...before, [key]: value};
        const platform = withKeys(this.task.platform, changed);
        const what = `${key}=${value}`;
        const on = await this.task.on(platform);
        // As it is anyway, or as a flag says whatever the key does.
        if (tried.has(meaningOf(on))) continue;
        tried.add(meaningOf(on));
        const found = sample ? await this.sampled(on, hours, sample, what) : await this.replayed(platform, on, what);
        if (!better(found, setting, targetUs)) continue;
        setting = found;
        keys = changed;
      }
    }
    return {setting: setting as Setting, keys};
  }

  /** What a sample of the time says of a setting, for comparison with others. */
  private async sampled({workload, options, policy}: OnPlatform, hours: ClockHours, sample: TimeSample, what = '') {
    const ready = await this.ready({workload, options, policy});
    const [, [ledger]] = await hours.ledgers(workload, ready, options, sample, this.told(what, sample.of(workload)));
    const [run] = replayReport(workload, [ledger!], options, 0).runs;
    return {run: run!};
  }

  /** The setting with instances kept where they pay, or where the target needs them. */
  private async keeping(setting: Setting, targetUs: number, hours: ClockHours) {
    const candidates = await this.candidates(setting, targetUs, hours);
    let kept: {setting: Setting; counts: Int32Array} | undefined;
    let allowed = LATE_SHARE;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++, allowed *= 0.8) {
      const counts = chosenCounts(candidates, Number.isFinite(targetUs) ? allowed : Number.POSITIVE_INFINITY);
      // What nobody keeps has been replayed.
      const tried = counts.every((count) => count === 0) ? setting : await this.withCounts(setting, counts, hours);
      if (kept === undefined || better(tried, kept.setting, targetUs)) kept = {setting: tried, counts};
      if (meets(tried, targetUs)) break;
    }
    return kept;
  }

  /** What each function costs, and how many of its calls are late, with so many instances kept, by hour of the day. */
  private async candidates({on, ledger}: Setting, targetUs: number, hours: ClockHours): Promise<Candidate[]> {
    const sample = timeSampleOf(on.workload, on.options, hours);
    const candidates: Candidate[] = [];
    let inVain = 0;
    for (const count of [0, ...COUNTS]) {
      const options = withMinimum(withDeadline(on.options, on.workload, targetUs), on.workload, (row) =>
        ledger.functions.calls[row]! > 0 ? count : 0,
      );
      const ready = await this.ready({...on, options});
      const told = this.told(`min ${count} of each function`, sample?.of(on.workload) ?? on.workload);
      const sums = await hours.replayed(on.workload, ready, options, sample, told);
      const candidate = {
        count,
        usd: sums.map(({parts}, hour) => usdOf(on.workload, parts, options, count, hours, hour)),
        late: sums.map(({late}) => late),
        started: ledger.counts.warm + ledger.counts.cold,
      };
      inVain = helps(candidates, candidate) ? 0 : inVain + 1;
      candidates.push(candidate);
      // Whoever has as many as it ever uses gains nothing by more.
      if (count > 0 && sums.every(({cold, idleKept}) => cold === 0 && idleKept)) break;
      if (inVain === 2 || count > ledger.peakSlots) break;
    }
    return candidates;
  }

  private async tried(platform: string, what?: string): Promise<Setting> {
    return this.replayed(platform, await this.task.on(platform), what);
  }

  private async replayed(platform: string, on: OnPlatform, what = 'in full'): Promise<Setting> {
    const {workload, options} = on;
    const ready = await this.ready(on);
    const told = this.told(what, workload);
    const [ledger] = await replay(workload, [ready], {...options, notesPeaks: true}, this.task.threads, told);
    const [run] = replayReport(workload, [ledger!], options, 0).runs;
    return {platform, run: run!, ledger: ledger!, on};
  }

  private async ready({workload, options, policy}: OnPlatform): Promise<PolicyChoice> {
    const [ready] = await preparePolicies([policy], {workload, options, note: () => undefined, timing: undefined});
    this.replays++;
    return ready!;
  }

  /** Hears of the calls of one more replay. */
  private told(what: string, workload: Workload): ((calls: number) => void) | undefined {
    const {status} = this.task;
    if (status === undefined) return undefined;
    const total = invocationsTotal(workload);
    const began = `${platformName(this.task.platform)}: replay ${this.replays}${what === '' ? '' : `, ${what}`}`;
    let done = 0;
    status(began);
    return (calls) => {
      done += calls;
      status(`${began}, ${Math.min(100, Math.floor((100 * done) / total))} %`);
    };
  }

  private withCounts({platform, on}: Setting, counts: Int32Array, hours: ClockHours): Promise<Setting> {
    const {workload, options} = on;
    const {sums} = hours;
    const minimums: MinimumSchedule | undefined = sums > 1 ? hours.schedule(counts) : undefined;
    const least = (row: number): number => (minimums === undefined ? counts[row * sums]! : 0);
    const kept = withMinimum(options, workload, least);
    return this.replayed(platform, {...on, options: {...kept, minimums}});
  }
}

/** What of a platform its keys decide: two with the same are the same. */
function meaningOf({options: {platform, concurrency}, policy}: OnPlatform): string {
  const {functions, accountCalls, httpPlaces, containers} = platform!.platform;
  return JSON.stringify([policy.text, String(concurrency), functions, accountCalls, httpPlaces, containers]);
}

/** Dollars of each function in an hour of the day; waiting by its share of cold starts. [row] */
function usdOf(
  workload: Workload,
  parts: readonly HourPart[],
  options: ReplayOptions,
  count: number,
  hours: ClockHours,
  hour: number,
): Float64Array {
  const {prices} = options;
  const providedUs = count * hours.chargedSeconds(hour, prices.provisionedStepS) * US_PER_SECOND;
  const sum = new Float64Array(workload.functions);
  for (const [k, {ledger, weight}] of parts.entries()) {
    const used = usdByFunction(workload, ledger, options, 0);
    const usd = withWaiting(used, ledger, prices.delayUsdPerHour);
    // What is kept is charged throughout the hour, of which a part may be a sample.
    const kept = k === 0 ? usdByFunction(workload, ledger, options, providedUs) : used;
    for (let row = 0; row < sum.length; row++) sum[row]! += usd[row]! * weight[row]! + kept[row]! - used[row]!;
  }
  return sum;
}

/** Some function would take one more candidate in some hour: of those before, none is as cheap with as few late calls. */
function helps(others: readonly Candidate[], {usd, late}: Candidate): boolean {
  return usd.some((of, hour) =>
    of.some((own, row) =>
      others.every((other) => own < other.usd[hour]![row]! * (1 - 1e-9) || late[hour]![row]! < other.late[hour]![row]!),
    ),
  );
}

/** What waiting costs, by function: its share of cold starts. */
function withWaiting(usd: Float64Array, ledger: Ledger, usdPerHour: number): Float64Array {
  if (usdPerHour === 0 || ledger.counts.cold === 0) return usd;
  const perCold = ((ledger.startDelay.sum / US_PER_HOUR) * usdPerHour) / ledger.counts.cold;
  return usd.map((own, row) => own + perCold * ledger.functions.cold[row]!);
}

/** One setting goes before another: within the target, then cheaper; where neither is, the one with the shorter delay. */
function better(one: Pick<Setting, 'run'>, other: Pick<Setting, 'run'>, targetUs: number): boolean {
  const [met, otherMet] = [meets(one, targetUs), meets(other, targetUs)];
  if (met !== otherMet) return met;
  if (!met && one.run.startDelayMs.p99 !== other.run.startDelayMs.p99) {
    return (one.run.startDelayMs.p99 ?? 0) < (other.run.startDelayMs.p99 ?? 0);
  }
  // What is not served costs nothing, which is no saving.
  const [lost, otherLost] = [one, other].map(({run}) => run.throttled + lostBesides(run));
  if (lost !== otherLost) return lost! < otherLost!;
  return one.run.costUsd.total < other.run.costUsd.total;
}

/** Calls that are lost, or never get their turn, besides those that are throttled. */
export function lostBesides(run: RunReport): number {
  return lostCalls(run) - run.throttled + run.stillQueued;
}

function meets({run}: Pick<Setting, 'run'>, targetUs: number): boolean {
  return (run.startDelayMs.p99 ?? 0) * US_PER_MS <= targetUs;
}

/** How many instances each function keeps. */
function withMinimum(options: ReplayOptions, workload: Workload, min: (row: number) => number): ReplayOptions {
  const {functions} = workload;
  const column = Float64Array.from({length: functions}, (_, row) => min(row));
  return withColumn(options, functions, 'min', column);
}

/** Calls that start later than the target are counted by function. */
function withDeadline(options: ReplayOptions, {functions}: Workload, targetUs: number): ReplayOptions {
  if (!Number.isFinite(targetUs)) return options;
  return withColumn(options, functions, 'deadline', new Float64Array(functions).fill(targetUs));
}

function withColumn(options: ReplayOptions, functions: number, name: NumberColumnName, column: Float64Array) {
  const settings = withDefaults(options.settings, functions, {[name]: 0})!;
  return {...options, settings: {...settings, numbers: {...settings.numbers, [name]: column}}};
}

function sizedFunctions(now: Setting, best: Setting, counts: Int32Array | undefined, hours: ClockHours) {
  const {workload} = now.on;
  const usdByRow = ({ledger, on: {options}}: Setting): Float64Array =>
    withWaiting(usdByFunction(workload, ledger, options), ledger, options.prices.delayUsdPerHour);
  const [before, after] = [usdByRow(now), usdByRow(best)];
  const had = now.on.options.settings?.numbers.min;
  const sized: SizedFunction[] = [];
  for (let row = 0; row < workload.functions; row++) {
    const own = counts
      ? [...counts.subarray(row * hours.sums, (row + 1) * hours.sums)]
      : [best.on.options.settings?.numbers.min?.[row] || 0];
    if (own.every((n) => n === 0) && !((had?.[row] ?? 0) > 0)) continue;
    sized.push({row, counts: own, usdNow: before[row]!, usdThen: after[row]!});
  }
  return sized.sort((a, b) => Math.abs(b.usdThen - b.usdNow) - Math.abs(a.usdThen - a.usdNow) || a.row - b.row);
}

function platformName(text: string): string {
  return text.split(':')[0]!;
}

/** Of the time that was replayed, as a month of 30 days. */
export function perMonth({on: {options}}: Pick<Setting, 'on'>): number {
  return (30 * US_PER_DAY) / (options.untilUs - options.fromUs);
}
