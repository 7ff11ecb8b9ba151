import type {FunctionSettings} from '../fleet/settings/columns.ts';
import {placesOf} from '../fleet/settings/places.ts';
import {readSettings} from '../fleet/settings/read-settings.ts';
import {type SettingRules, settingsOf, withoutColumns} from '../fleet/settings/settings-of.ts';
import {boundsOf, freeBounds} from '../plan/bounds/slot-limits.ts';
import {teamLimitsBy, teamsBy} from '../plan/bounds/team-table.ts';
import {EventCalendar} from '../plan/demand/burst-events.ts';
import type {PlanInputs, PlanSettings} from '../plan/plan-workload.ts';
import type {Workload} from '../workload/workload.ts';

/** Files that say more about a plan; undefined: none. `-` is stdin. */
export interface PlanFiles {
  /** Settings of single functions, as replays have them. */
  readonly functions: string | undefined;
  /** The same, but `min` and `max` bound the slots of the plan alone. */
  readonly limits: string | undefined;
  readonly events: string | undefined;
  /** The same, and budgets are shared among the teams. */
  readonly teams: string | undefined;
  readonly forecast: string | undefined;
}

/** What tables say of single functions, and what of it bounds the slots of the plan; undefined: nothing. */
export interface ToldOfFunctions {
  readonly functions: FunctionSettings | undefined;
  readonly limits: FunctionSettings | undefined;
}

/** Reads the tables. */
export async function readSettingsOf(
  workload: Workload,
  files: PlanFiles,
  remark: (line: string) => void = () => {},
): Promise<ToldOfFunctions> {
  const tables: SettingRules[] = [];
  for (const path of [files.teams, files.functions]) if (path !== undefined) tables.push(await readSettings(path));
  const limits = files.limits === undefined ? undefined : await readSettings(files.limits);
  if (tables.length === 0 && limits === undefined) return {functions: undefined, limits: undefined};
  const others = limits ? [...tables, withoutColumns(limits, ['min', 'max'])] : tables;
  return {
    functions: settingsOf(others, workload, remark),
    limits: settingsOf(limits ? [...tables, limits] : tables, workload, () => {}),
  };
}

async function calendarFrom(path: string, workload: Workload): Promise<EventCalendar> {
  const {readTable} = await import('../files/read-table.ts');
  return readTable(path, (place, header) => new EventCalendar(place, header, workload));
}

/** Reads the tables and the forecast, and finds in them the functions of the workload. */
export async function readPlanFiles(
  workload: Workload,
  {events, teams, forecast}: PlanFiles,
  {functions, concurrency}: PlanSettings,
  limits: FunctionSettings | undefined,
): Promise<PlanInputs> {
  // Readers of CSV, models and Arrow load only where they are needed.
  const calendar = events && (await calendarFrom(events, workload));
  const joined = forecast && (await import('../plan/demand/joined-forecast.ts')).forecastFrom(forecast, workload);
  const reserves = functions?.quotas.some(({reserved}) => reserved > 0) === true;
  const named = functions?.labels.team !== undefined || functions?.numbers.weight !== undefined;
  const shares = teams !== undefined || named || reserves;
  const rows = Int32Array.from({length: workload.functions}, (_, f) => f);
  return {
    bounds: limits
      ? boundsOf(workload.functions, limits, placesOf(concurrency, functions, rows))
      : freeBounds(workload.functions),
    events: calendar ? calendar.events : [],
    teams: functions && shares ? teamsBy(workload, functions) : undefined,
    teamMost: functions && teamLimitsBy(workload, functions),
    forecast: joined ? await joined : undefined,
  };
}
