import type {Entry} from '../../base/part.ts';
import type {CsvCell} from '../../base/text.ts';
import type {PlanFile} from '../file/plan-file.ts';
import type {Knobs} from './knobs.ts';
import type {NameRule} from './names.ts';
import type {NamedTimetable} from './timetable.ts';

/** A form to write a plan in. One file each, one line in `targets.ts`: help, the command and its tests read this alone. */
export type ExportTarget = RowsTarget | PlatformTarget;

interface Described extends Entry {
  /** As a sentence names it: `AWS Lambda`. */
  readonly title: string;
}

/** Takes the plan's rows as they are, under the functions' own names. */
export interface RowsTarget extends Described {
  readonly format: 'csv';
  /** Lines of cells, the heading first. `wanted`: the functions to write. */
  rows(plan: PlanFile, wanted: readonly number[]): Iterable<readonly CsvCell[]>;
}

/** Takes each function's slots on the clock, under a name that the platform takes. */
export interface PlatformTarget extends Described {
  readonly format: 'json';
  readonly names: NameRule;
  /** Default of --lead: what the platform itself takes to have slots ready. */
  readonly lead: string;
  /** Whether slots change with the time of day; if not, it does not matter when the plan's time 0 was. */
  readonly followsClock: boolean;
  /** Quotas and habits that a user would otherwise learn the hard way. */
  notes?(functions: readonly NamedTimetable[], options: PlatformOptions): string[];
  /** A value for JSON, lists of functions lazy. */
  render(functions: readonly NamedTimetable[], options: PlatformOptions): unknown;
}

/** What the user says of the place on the platform. */
export interface PlatformOptions {
  /** Of Kubernetes. */
  readonly namespace: string;
  /** Alias or version of Lambda functions. */
  readonly qualifier: string;
  /** What the plan says of all functions; undefined: it was made for no platform. */
  readonly knobs?: Knobs | undefined;
}

/** What is to be said where a platform's scale follows no clock; `what` is what it is called there. */
export function heldThroughout(what: string, functions: readonly NamedTimetable[]): string[] {
  return functions.some(({timetable: {steps, strokes}}) => steps.length > 1 || strokes.length > 0)
    ? [`${what} follows no clock: each function gets the most slots of all its windows`]
    : [];
}

/** The same where a platform has instances that serve one call at a time. */
export function servesOneAtATime(platform: string, functions: readonly NamedTimetable[]): string[] {
  return functions.some(({concurrency}) => concurrency !== 1)
    ? [`${platform} serves one call in an instance at a time, the plan is for several: plan with --concurrency 1`]
    : [];
}
