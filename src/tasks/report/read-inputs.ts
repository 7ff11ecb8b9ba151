import {closeSync, openSync, readSync} from 'node:fs';
import {inputError, usageError} from '../../base/errors.ts';
import {fileDigest} from '../../files/digest.ts';
import {cannotRead} from '../../files/input.ts';
import {isParquet, parquetNotes} from '../../files/parquet-rows.ts';
import {FORECAST_KIND, readForecast} from '../../forecast/forecast-file.ts';
import {PLAN_KIND} from '../../plan/file/encode-plan.ts';
import {readPlan} from '../../plan/file/plan-file.ts';
import {decodeWorkload} from '../../workload/file/arrow-decode.ts';
import {WORKLOAD_KIND} from '../../workload/file/arrow-schema.ts';
import {openTable, RefusedFile} from '../../workload/file/arrow-table.ts';
import {readWhole, readWorkload} from '../../workload/file/file.ts';
import type {Workload} from '../../workload/workload.ts';
import {cameIn, forecastFans} from './forecast-fans.ts';
import {addReport} from './read-json.ts';
import {addArrowTable, addTable} from './read-tables.ts';
import type {Sources} from './sources.ts';

/** Reads every input, told apart by what is in it; `-` is stdin, for JSON and Arrow. */
export async function readInputs(paths: readonly string[], sources: Sources): Promise<void> {
  if (paths.filter((path) => path === '-').length > 1) throw usageError('- stands for stdin, which can be read once');
  const forecasts: {path: string; file: ArrayBuffer}[] = [];
  let workload: Workload | undefined;
  for (const path of paths) {
    const place = path === '-' ? 'stdin' : path;
    const sha256 = path === '-' ? '' : await fileDigest(path);
    const start = path === '-' ? undefined : firstBytes(path);
    const note = (kind: string): void => void sources.inputs.push({path: place, kind, sha256});
    if (start !== undefined && isParquet(start) && (await isWorkload(path))) {
      workload = await readWorkload(path);
      sources.look(workload);
      note('workload');
      continue;
    }
    if (start !== undefined && !isArrow(start) && !isJson(start)) {
      note(await addTable(sources, path, start));
      continue;
    }
    const file = await readWhole(path);
    const bytes = Buffer.from(file);
    if (!isArrow(bytes)) {
      note(addReport(sources, parse(bytes.toString('utf8'), place), place));
      continue;
    }
    const kind = refused(place, () => openTable(file).schema.metadata?.get('kind') ?? '');
    if (kind === FORECAST_KIND) {
      forecasts.push({path: place, file});
      note('forecast');
    } else if (kind === PLAN_KIND) {
      addPlan(sources, file, place);
      note('plan');
    } else if (kind === WORKLOAD_KIND) {
      workload = refused(place, () => decodeWorkload(file));
      sources.look(workload);
      note('workload');
    } else {
      const table = refused(place, () => addArrowTable(sources, file));
      if (table === undefined) throw inputError(place, 'is an Arrow file, but none that a page is made of');
      note(table);
    }
  }
  for (const {path, file} of forecasts) {
    const forecast = readForecast(file, path);
    const came = workload && cameOf(workload, forecast);
    sources.forecast = forecastFans(forecast, (f) => forecast.name[f]!, came);
  }
}

/** What came, by the forecast's rows; undefined where the trace does not reach so far. */
function cameOf(workload: Workload, forecast: ReturnType<typeof readForecast>) {
  const came = cameIn(workload, forecast.minute, forecast.horizons);
  if (came === undefined) return undefined;
  const key = (...who: readonly string[]): string => who.join('\0');
  const rows = new Map<string, number>();
  for (let f = 0; f < workload.functions; f++) {
    rows.set(
      key(
        workload.name.at(f),
        workload.app.values[workload.app.id[f]!]!,
        workload.owner.values[workload.owner.id[f]!]!,
      ),
      f,
    );
  }
  return (f: number, minutes: number): number => {
    const row = rows.get(key(forecast.name[f]!, forecast.app[f]!, forecast.owner[f]!));
    return row === undefined ? 0 : came(row, minutes);
  };
}

function addPlan(sources: Sources, file: ArrayBuffer, place: string): void {
  const {metadata} = readPlan(file, place);
  sources.began(metadata.get('start_time') ?? '');
  const summary = metadata.get('summary');
  if (summary === undefined) {
    throw inputError(
      place,
      'is a plan without its report',
      'give the report: coldfront plan w.arrow --json > plan.json',
    );
  }
  addReport(sources, parse(summary, place), place);
}

function firstBytes(path: string): Buffer {
  const start = Buffer.alloc(512);
  try {
    const fd = openSync(path, 'r');
    try {
      return start.subarray(0, readSync(fd, start, 0, start.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function isArrow(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 6) === 'ARROW1';
}

/** Whether a Parquet file is a workload; what else is ours is made into a page from Arrow. */
async function isWorkload(path: string): Promise<boolean> {
  const kind = (await parquetNotes(path)).get('kind') ?? '';
  if (kind === PLAN_KIND || kind === FORECAST_KIND) {
    const command = kind.slice(kind.indexOf('.') + 1);
    throw inputError(
      path,
      `is a ${command} as Parquet`,
      `a page is made of the Arrow file: coldfront ${command} W --out F.arrow`,
    );
  }
  return kind === WORKLOAD_KIND;
}

function isJson(bytes: Buffer): boolean {
  return /^\uFEFF?\s*[{[]/.test(bytes.toString('utf8'));
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw inputError(place, `is neither a table of results nor JSON: ${(error as Error).message}`);
  }
}

function refused<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RefusedFile) throw inputError(place, error.message);
    throw error;
  }
}
