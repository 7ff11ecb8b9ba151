import {usageError} from '../../base/errors.ts';
import {type CsvCell, csvLine} from '../../base/text.ts';
import {parseTimeUs} from '../../base/units.ts';
import type {OutputSink} from '../../files/output.ts';
import type {PlanFile} from '../file/plan-file.ts';
import {checkAll, jsonPieces} from './json-pieces.ts';
import {knobsIn} from './knobs.ts';
import {platformNames} from './names.ts';
import type {PlatformOptions, PlatformTarget} from './target.ts';
import {targets} from './targets.ts';
import {isOneWindow, type NamedTimetable, originOf, timetableOf} from './timetable.ts';

export interface ExportOptions extends PlatformOptions {
  /** Name of a target. */
  readonly to: string;
  /** Functions without slots too, so that an earlier plan is undone. */
  readonly all: boolean;
  readonly nameTemplate: string;
  readonly hashNames: boolean;
  readonly repeat: 'plan' | 'day' | 'week';
  /** The plan's time 0, microseconds since 1970; undefined: as the trace says. */
  readonly startUs: number | undefined;
  /** Time that the platform needs; undefined: its default. */
  readonly leadUs: number | undefined;
}

export interface Exported {
  readonly functions: number;
  /** Remarks for the user, none of them an error. */
  readonly notes: readonly string[];
  write(sink: OutputSink): void;
  /** `owner,app,function,name`: which name stands for which function. */
  writeNames(sink: OutputSink): void;
}

/**
 * Turns a plan into what a platform reads; in CSV, names that look like formulas are made harmless. Unknown targets,
 * names that collide and schedules that the platform cannot express are usage errors.
 */
export function exportPlan(plan: PlanFile, options: ExportOptions): Exported {
  const target = targets.named(options.to);
  const wanted = Array.from({length: plan.functions}, (_, f) => f).filter(
    (f) => options.all || hasSlots(plan, f) || Number.isFinite(plan.most[f]!),
  );
  if (target.format === 'csv') {
    const own = wanted.map((f) => plan.name[f]!);
    return {
      functions: wanted.length,
      notes: [],
      write: (sink) => writeLines(target.rows(plan, wanted), sink),
      writeNames: (sink) => writeLines(nameLines(plan, wanted, own), sink),
    };
  }
  const {names, notes, rendered} = onPlatform(target, plan, wanted, options);
  return {
    functions: wanted.length,
    notes,
    write: (sink) => {
      for (const piece of jsonPieces(rendered)) sink.write(piece);
      sink.write('\n');
    },
    writeNames: (sink) => writeLines(nameLines(plan, wanted, names), sink),
  };
}

function onPlatform(target: PlatformTarget, plan: PlanFile, wanted: readonly number[], options: ExportOptions) {
  const {originUs, known} = originOf(plan, options.startUs);
  const names = platformNames(plan, wanted, target.names, {
    template: options.nameTemplate,
    hashed: options.hashNames,
  });
  const leadUs = options.leadUs ?? parseTimeUs(target.lead, '--lead');
  const always = isOneWindow(plan);
  const functions = wanted.map((f, i) => ({
    name: names[i]!,
    concurrency: plan.concurrency[f]!,
    most: plan.most[f]!,
    timetable: timetableOf(plan, f, {originUs, repeat: options.repeat, leadUs, always}),
    own: {
      ...{function: plan.name[f]!, app: plan.app[f]!, owner: plan.owner[f]!},
      ...{trigger: plan.trigger[f]!, memoryMib: plan.memoryMib[f]!},
    },
  }));
  if (!known) requireNoDates(functions);
  const onPlace: PlatformOptions = {...options, knobs: knobsIn(plan)};
  const rendered = target.render(functions, onPlace);
  checkAll(rendered);
  const guessed = !known && !always && target.followsClock;
  const notes = guessed
    ? ['the trace does not say when it began: its time 0 is taken as a Monday in UTC; say so with --start']
    : [];
  return {names, rendered, notes: [...notes, ...(target.notes?.(functions, onPlace) ?? [])]};
}

/** A time of day can be guessed from a trace, a date cannot. */
function requireNoDates(functions: readonly NamedTimetable[]): void {
  if (functions.every(({timetable}) => timetable.periodMinutes > 0 || timetable.steps.length <= 1)) return;
  throw usageError(
    "the plan's windows happen once, and the trace does not say on which date",
    'give the time of its time 0 with --start 2026-01-05T00:00Z, or let it recur with --repeat day or week',
  );
}

function hasSlots({start, slots}: PlanFile, f: number): boolean {
  for (let row = start[f]!; row < start[f + 1]!; row++) if (slots[row]! > 0) return true;
  return false;
}

function* nameLines(plan: PlanFile, wanted: readonly number[], names: readonly string[]) {
  yield ['owner', 'app', 'function', 'name'];
  for (const [i, f] of wanted.entries()) yield [plan.owner[f], plan.app[f], plan.name[f], names[i]];
}

function writeLines(lines: Iterable<readonly CsvCell[]>, sink: OutputSink): void {
  for (const line of lines) sink.write(csvLine(line));
}
