import {usageError} from '../../base/errors.ts';
import {csvLine} from '../../base/text.ts';
import {parseTimeUs} from '../../base/units.ts';
import type {OutputSink} from '../../files/output.ts';
import type {PlanFile} from '../file/plan-file.ts';
import {exportCsv} from './csv.ts';
import {kedaList} from './keda.ts';
import {knativePatches} from './knative.ts';
import {checkQualifier, lambdaSchedules} from './lambda.ts';
import {dnsLabel, lambdaName, type NameRule, platformNames} from './names.ts';
import {terraformJson} from './terraform.ts';
import {isOneWindow, type NamedTimetable, originOf, timetableOf} from './timetable.ts';

interface Platform {
  readonly summary: string;
  readonly names: NameRule;
  /** What starts early by default: the platform's own time to make slots ready. */
  readonly lead: string;
  render(functions: readonly NamedTimetable[], options: ExportOptions): unknown;
}

/** `--to` by name, besides `csv`. */
export const platforms: Readonly<Record<string, Platform>> = {
  knative: {
    summary: 'merge patches with min-scale for Knative Services, a JSON list',
    names: dnsLabel('Knative service', 63),
    lead: '0',
    render: (functions, {namespace}) => knativePatches(functions, namespace),
  },
  keda: {
    summary: 'ScaledObjects with cron triggers, a Kubernetes List',
    names: dnsLabel('Kubernetes workload', 63),
    lead: '0',
    render: (functions, {namespace}) => kedaList(functions, namespace),
  },
  lambda: {
    summary: 'scalable targets and scheduled actions for provisioned concurrency, AWS CLI JSON',
    names: lambdaName,
    // Allocation begins after a minute or two.
    lead: '2m',
    render: (functions, {qualifier}) => lambdaSchedules(functions, checkQualifier(qualifier)),
  },
  terraform: {
    summary: 'the same as Terraform JSON',
    names: lambdaName,
    lead: '2m',
    render: (functions, {qualifier}) => terraformJson(functions, checkQualifier(qualifier)),
  },
};

export interface ExportOptions {
  /** `csv` or a platform. */
  readonly to: string;
  /** Functions without slots too, so that an earlier plan is undone. */
  readonly all: boolean;
  readonly nameTemplate: string;
  readonly hashNames: boolean;
  readonly namespace: string;
  readonly qualifier: string;
  readonly repeat: 'plan' | 'day' | 'week';
  /** ISO time of the plan's time 0; undefined: as the trace says. */
  readonly start: string | undefined;
  /** Time that the platform needs; undefined: its default. */
  readonly lead: string | undefined;
}

export interface Exported {
  readonly functions: number;
  /** Remarks for the user, none of them an error. */
  readonly notes: readonly string[];
  write(sink: OutputSink): void;
  /** `owner,app,function,name`: which name stands for which function. */
  writeNames(sink: OutputSink): void;
}

/** Turns a plan into what a platform reads. Names that collide and schedules it cannot express are usage errors. */
export function exportPlan(plan: PlanFile, options: ExportOptions): Exported {
  const wanted = Array.from({length: plan.functions}, (_, f) => f).filter((f) => options.all || hasSlots(plan, f));
  if (options.to === 'csv') {
    const write = (sink: OutputSink): void => exportCsv(plan, wanted, sink);
    const own = wanted.map((f) => plan.name[f]!);
    return {functions: wanted.length, notes: [], write, writeNames: (sink) => writeNames(plan, wanted, own, sink)};
  }
  const platform = platforms[options.to]!;
  const {originUs, known} = originOf(plan, options.start);
  const names = platformNames(plan, wanted, platform.names, {
    template: options.nameTemplate,
    hashed: options.hashNames,
  });
  const leadUs = parseTimeUs(options.lead ?? platform.lead, '--lead');
  const always = isOneWindow(plan);
  const functions = wanted.map((f, i) => ({
    name: names[i]!,
    timetable: timetableOf(plan, f, {originUs, repeat: options.repeat, leadUs, always}),
  }));
  if (!known) requireNoDates(functions);
  const rendered = platform.render(functions, options);
  return {
    functions: wanted.length,
    notes: notesOf(options.to, known || always, functions),
    write: (sink) => sink.write(`${JSON.stringify(rendered, undefined, 2)}\n`),
    writeNames: (sink) => writeNames(plan, wanted, names, sink),
  };
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

function writeNames(plan: PlanFile, wanted: readonly number[], names: readonly string[], sink: OutputSink): void {
  sink.write(csvLine(['owner', 'app', 'function', 'name']));
  wanted.forEach((f, i) => {
    sink.write(csvLine([plan.owner[f], plan.app[f], plan.name[f], names[i]]));
  });
}

/** Fixed quotas and habits of platforms that a user would otherwise learn the hard way. */
function notesOf(to: string, anchored: boolean, functions: readonly NamedTimetable[]): string[] {
  const notes: string[] = [];
  if (!anchored && to !== 'knative') {
    notes.push('the trace does not say when it began: its time 0 is taken as a Monday in UTC; say so with --start');
  }
  const timed = functions.some(({timetable}) => timetable.steps.length > 1 || timetable.strokes.length > 0);
  if (to === 'knative' && timed) {
    notes.push('min-scale follows no clock: each function gets the most slots of all its windows');
  }
  if (['lambda', 'terraform'].includes(to) && functions.length > 500) {
    notes.push(`${functions.length} functions: AWS allows 500 scalable targets in a region until the quota is raised`);
  }
  return notes;
}
