import {inputError, missedError, usageError} from '../base/errors.ts';
import {US_PER_MINUTE} from '../base/units.ts';
import {fleetOptions, type PlanFlagValues, planNumbers} from '../commands/flags/plan-flags.ts';
import {breakEvenGapSeconds} from '../cost/bill.ts';
import type {PriceSheet} from '../cost/prices.ts';
import {historyUntil} from '../demand/calls/history-until.ts';
import {checkOutput, writeOutput} from '../files/output.ts';
import {readTable} from '../files/read-table.ts';
import {cellsOf} from '../fleet/cells-of.ts';
import {expectedColdTimes} from '../fleet/cold-time/expected-cold-times.ts';
import {checkColdTime} from '../fleet/cold-time/registry.ts';
import {functionKeys} from '../fleet/function-keys.ts';
import {hostsOfCell} from '../fleet/host-shape.ts';
import {memoryOf} from '../fleet/memory.ts';
import type {CellRoom} from '../plan/bounds/budgets.ts';
import {slotPrices} from '../plan/bounds/objectives.ts';
import {freeBounds, SlotLimits} from '../plan/bounds/slot-limits.ts';
import type {Teams} from '../plan/bounds/team-shares.ts';
import {ownersAsTeams, TeamTable} from '../plan/bounds/team-table.ts';
import type {SlotBounds} from '../plan/curves/valuation.ts';
import {type BurstEvent, EventCalendar} from '../plan/demand/burst-events.ts';
import {forecastPlanned, plannedDemand} from '../plan/demand/planned-demand.ts';
import {type TimerSchedule, timerSchedule, withTimers} from '../plan/demand/timers.ts';
import {encodePlan} from '../plan/file/encode-plan.ts';
import {FunctionNames} from '../plan/file/function-names.ts';
import {type PlanRows, planRows} from '../plan/file/plan-rows.ts';
import {makePlan, type PlanTerms} from '../plan/make-plan.ts';
import {coldTimeExceededBy} from '../plan/outcome/cold-mixture.ts';
import {type PlanReport, planReport} from '../plan/outcome/plan-report.ts';
import {suggestedKeepAlives} from '../plan/spill/keep-alives.ts';
import type {ReplayOptions} from '../replay/options.ts';
import {readWorkload} from '../workload/file/file.ts';
import {resolutionUs, type Workload} from '../workload/workload.ts';
import type {JoinedForecast} from './plan-forecast.ts';
import {timersOf} from './plan-timers.ts';

/** What `coldfront plan` was asked to do. */
export interface PlanRequest {
  readonly path: string;
  /** Plan file to write; undefined: none. */
  readonly out: string | undefined;
  readonly force: boolean;
  readonly flags: PlanFlagValues;
  readonly prices: PriceSheet;
  /** Names of functions to explain. */
  readonly explain: readonly string[];
  /** Refused slots to list. */
  readonly refused: number;
  /** Gets the timing line; undefined when nobody asked. */
  readonly note: ((line: string) => void) | undefined;
}

/** Reads a workload, plans, writes the plan file, and returns the report. */
export async function runPlan(request: PlanRequest): Promise<PlanReport> {
  const {path, out, flags} = request;
  if (out !== undefined) checkOutput(out, request.force);
  const numbers = planNumbers(flags);
  const options = fleetOptions(flags, request.prices);
  const workload = await readWorkload(path);
  if (workload.functions === 0 || workload.meta.spanUs === 0) {
    throw inputError(path === '-' ? 'stdin' : path, 'the workload is empty: there is nothing to plan for');
  }
  if (numbers.trainUntilUs < US_PER_MINUTE && resolutionUs(workload.arrivals) === US_PER_MINUTE) {
    throw usageError(
      `--train-until is '${flags['train-until']}', must be 1m at least: calls are counted by the minute`,
    );
  }
  checkColdTime(options.cold, workload, path);
  const explained = explainedRows(workload, request.explain);
  const {events, bounds, teams} = await tablesOf(flags, workload);

  const startedMs = performance.now();
  const {defaultDurationUs, seed} = options;
  const {curve, profile} = flags;
  const cold = expectedColdTimes(options.cold, workload);
  const memoryMib = new Float64Array(workload.functions).map((_, f) => memoryOf(workload, f, options.defaultMemoryMib));
  const {prices} = request;
  const forecast = await forecastOf(flags, workload, numbers.trainUntilUs);
  const knownUntilUs = forecast ? forecast.forecast.minute * US_PER_MINUTE : numbers.trainUntilUs;
  const spill = Number.isNaN(numbers.spillUs)
    ? suggestedKeepAlives(historyUntil(workload, knownUntilUs), {
        defaultDurationUs,
        breakEvenSeconds: memoryMib.map((mib, f) => breakEvenGapSeconds(cold.meanUs[f]!, mib, prices)),
        seed,
      })
    : {us: new Float64Array(workload.functions).fill(numbers.spillUs), otherUs: numbers.spillUs};
  const spillUs = spill.us;
  const planned = forecast
    ? forecastPlanned(workload, forecast, defaultDurationUs)
    : plannedDemand(workload, {...numbers, spillUs, curve, profile, defaultDurationUs, events, seed});
  // What a forecast expects of a timer is in its windows already.
  const schedule = forecast ? undefined : scheduleOf(request, planned.history, cold, numbers);
  const demand = schedule ? withTimers(planned.demand, schedule, slotPrices(memoryMib, cold, prices)) : planned.demand;
  const terms: PlanTerms = {
    ...numbers,
    spillUs,
    otherSpillUs: spill.otherUs,
    objective: flags.objective,
    prices,
    cold,
    memoryMib,
    cells: cellRoom(workload, options),
    bounds: withinHost(bounds, memoryMib, options, workload),
    teams,
    startsPerSecond: options.startsPerSecond,
  };
  const plan = makePlan(demand, terms);
  const rows = planRows(plan, schedule, request.refused);
  const report = planReport({workload, plan, rows, note: planned.note, schedule, explained});
  const seconds = (performance.now() - startedMs) / 1000;
  request.note?.(
    `planned ${report.functions} functions x ${report.windows} windows in ${seconds.toFixed(3)} s (resident ${Math.round(process.memoryUsage.rss() / 1048576)} MiB)`,
  );
  if (out !== undefined) write(request, out, workload, rows, report);
  return report;
}

function write(request: PlanRequest, out: string, workload: Workload, rows: PlanRows, report: PlanReport): void {
  const {meta} = workload;
  const metadata = new Map([
    ['spill_us', String(report.spillMs.other * 1000)],
    ['source', meta.source],
    ['start_time', meta.startTime],
    ['origin_us', String(meta.originUs)],
    ['summary', JSON.stringify(report)],
  ]);
  writeOutput(out, request.force, (sink) => encodePlan(workload, rows, metadata, sink));
}

async function tablesOf(flags: PlanFlagValues, workload: Workload) {
  const names = new FunctionNames(workload);
  const bounds = freeBounds(workload.functions);
  if (flags.limits !== undefined) {
    await readTable(flags.limits, (place, header) => new SlotLimits(place, header, names, bounds));
  }
  const events: readonly BurstEvent[] =
    flags.events === undefined
      ? []
      : (await readTable(flags.events, (place, header) => new EventCalendar(place, header, workload))).events;
  return {events, bounds, teams: await teamsOf(flags, workload)};
}

async function teamsOf({teams, fair, objective}: PlanFlagValues, workload: Workload): Promise<Teams | undefined> {
  if (teams !== undefined) {
    return (await readTable(teams, (place, header) => new TeamTable(place, header, workload))).teams();
  }
  return fair || objective === 'worst-team' ? ownersAsTeams(workload) : undefined;
}

function explainedRows(workload: Workload, wanted: readonly string[]): number[] {
  const names = new FunctionNames(workload);
  return wanted.flatMap((name) => {
    const rows = names.find(name);
    const [owner, app, ...rest] = name.split('/');
    const found = rows.length > 0 ? rows : names.find(rest.join('/'), app, owner);
    if (found.length === 0) {
      throw usageError(
        `--explain is '${name}', must be a function of the workload`,
        'give its name, or owner/app/name',
      );
    }
    return found;
  });
}

/** The forecast to plan for, if any; models load only when they are asked for. */
async function forecastOf(
  {forecast, model}: PlanFlagValues,
  workload: Workload,
  trainUntilUs: number,
): Promise<JoinedForecast | undefined> {
  if (forecast === undefined && model === undefined) return undefined;
  const {forecastFrom, forecastWith} = await import('./plan-forecast.ts');
  return forecast === undefined ? forecastWith(model!, workload, trainUntilUs) : forecastFrom(forecast, workload);
}

/** Schedules of the functions that the clock calls; none in a plan for known demand when --no-timers says so. */
function scheduleOf(
  {flags}: PlanRequest,
  history: Workload,
  cold: PlanTerms['cold'],
  {jitterUs, smearUs}: ReturnType<typeof planNumbers>,
): TimerSchedule | undefined {
  if (!flags.timers) return undefined;
  const timers = timersOf(history);
  if (timers.function.length === 0) return undefined;
  const ones = new Float64Array(history.functions).fill(1);
  const owners = new Set((flags['smear-owners'] ?? '').split(','));
  const keys = smearUs > 0 ? functionKeys(history) : new Int32Array(history.functions);
  return timerSchedule(timers, {
    p99ColdUs: coldTimeExceededBy(0.01 * ones.length, ones, cold),
    startsPerSecond: flags['start-rate'] === undefined ? Number.POSITIVE_INFINITY : Number(flags['start-rate']),
    jitterUs,
    smearUs,
    maySmear: (f) => owners.has('*') || owners.has(history.owner.values[history.owner.id[f]!]!),
    keyOf: (f) => keys[f]!,
  });
}

/** What each cell of the fleet has room for; undefined when the fleet has no limit. */
function cellRoom(workload: Workload, {fleet, cells, defaultDurationUs}: ReplayOptions): CellRoom | undefined {
  if (fleet.slots === Number.POSITIVE_INFINITY && fleet.memoryMib === Number.POSITIVE_INFINITY) return undefined;
  if (fleet.count < cells) throw usageError(`--cells is ${cells}, must be at most the number of hosts, ${fleet.count}`);
  const hosts = Array.from({length: cells}, (_, cell) => hostsOfCell(fleet, cells, cell).count);
  const {of, split} = dealt(workload, cells, defaultDurationUs);
  // Split functions are a part of their own, which only the cells that they lie in limit.
  const beyond = split.function.length > 0 ? [Number.POSITIVE_INFINITY] : [];
  const room = (each: number): Float64Array => Float64Array.from([...hosts.map((count) => count * each), ...beyond]);
  const slots = room(fleet.slots);
  return {count: slots.length, of, slots, memoryMib: room(fleet.memoryMib), split};
}

/** The cell of each function that lies in one, and the shares of those that lie in several. */
function dealt(workload: Workload, cells: number, defaultDurationUs: number): Pick<CellRoom, 'of' | 'split'> {
  const of = new Int32Array(workload.functions);
  const shares: {row: number; cell: number; share: number}[] = [];
  if (cells > 1) {
    cellsOf(workload, functionKeys(workload), cells, defaultDurationUs).forEach(({rows, parts}, cell) => {
      rows.forEach((row, i) => {
        of[row] = parts[i] === 1 ? cell : cells;
        if (parts[i]! > 1) shares.push({row, cell, share: 1 / parts[i]!});
      });
    });
  }
  const split = {
    function: Int32Array.from(shares, ({row}) => row),
    cell: Int32Array.from(shares, ({cell}) => cell),
    share: Float64Array.from(shares, ({share}) => share),
  };
  return {of, split};
}

/** A function whose instance fits no host gets no slot. */
function withinHost(
  bounds: SlotBounds,
  memoryMib: Float64Array,
  {fleet}: ReplayOptions,
  workload: Workload,
): SlotBounds {
  const atMost = bounds.atMost.map((most, f) => (memoryMib[f]! > fleet.memoryMib ? 0 : most));
  const misfit = atMost.findIndex((most, f) => bounds.atLeast[f]! > most);
  if (misfit >= 0) {
    throw missedError(
      `no plan exists: function '${workload.name.at(misfit)}' is to keep ${bounds.atLeast[misfit]} slots of ${memoryMib[misfit]} MiB, a host has ${fleet.memoryMib} MiB`,
      'raise --memory or lower its minimum',
    );
  }
  return {...bounds, atMost};
}
