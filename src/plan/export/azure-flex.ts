import {groupedBy} from './grouped.ts';
import {dnsLabel} from './names.ts';
import {heldThroughout, type PlatformTarget} from './target.ts';
import {mostSlots, type NamedTimetable} from './timetable.ts';

/** Instances that an app may have at most, where the plan does not say. */
const USUAL_MAX = 100;
const appName = dnsLabel('Azure function app', 60);

/** An always-ready group: `http`, `durable` or `blob` for all functions of that kind, else a function. */
interface AlwaysReady {
  readonly name: string;
  readonly instanceCount: number;
}

interface FlexApp {
  readonly app: string;
  /** What goes into the app's resource, `properties.functionAppConfig`. */
  readonly functionAppConfig: {
    readonly scaleAndConcurrency: {
      readonly maximumInstanceCount: number;
      readonly alwaysReady: readonly AlwaysReady[];
      readonly triggers?: {readonly http: {readonly perInstanceConcurrency: number}};
    };
  };
  readonly command: string;
}

export const azureFlex: PlatformTarget = {
  name: 'azure-flex',
  title: 'Azure Functions Flex Consumption',
  summary: 'always-ready instances and concurrency of function apps, as ARM and az commands, a JSON list',
  format: 'json',
  names: {what: 'Azure function', length: 64, clean: (text) => text.replace(/[^a-zA-Z0-9_-]+/g, '_') || '_'},
  lead: '0',
  followsClock: false,
  notes: (functions) => heldThroughout('always-ready', functions),
  // A value for each app, not for each function: there are few.
  render: (functions, {knobs}) =>
    groupedBy(functions, ({own}) => `${own.owner}\0${own.app}`).map((one) => flexApp(one, knobs?.http, knobs?.max)),
};

function flexApp(functions: readonly NamedTimetable[], http: number | undefined, max: number | undefined): FlexApp {
  const app = appName.clean(functions[0]!.own.app).slice(0, appName.length);
  const counts = new Map<string, number>();
  for (const one of functions) {
    const slots = mostSlots(one.timetable);
    if (slots > 0) counts.set(groupOf(one), (counts.get(groupOf(one)) ?? 0) + slots);
  }
  const alwaysReady = [...counts].map(([name, instanceCount]) => ({name, instanceCount}));
  const kept = alwaysReady.reduce((sum, {instanceCount}) => sum + instanceCount, 0);
  const most = mostOf(functions) ?? max ?? USUAL_MAX;
  const settings = alwaysReady.map(({name, instanceCount}) => `${name}=${instanceCount}`).join(' ');
  return {
    app,
    functionAppConfig: {
      scaleAndConcurrency: {
        maximumInstanceCount: Math.max(most, kept),
        alwaysReady,
        ...(http !== undefined && {triggers: {http: {perInstanceConcurrency: http}}}),
      },
    },
    command:
      settings === ''
        ? ''
        : `az functionapp scale config always-ready set -g RESOURCE_GROUP -n ${app} --settings ${settings}`,
  };
}

/** The app's limit is that of its groups together, each of which has the largest of its functions; undefined: not said. */
function mostOf(functions: readonly NamedTimetable[]): number | undefined {
  const groups = groupedBy(functions, groupOf).map((group) => Math.max(...group.map(({most}) => most)));
  const sum = groups.reduce((total, most) => total + most, 0);
  return Number.isFinite(sum) ? sum : undefined;
}

/** Functions called over http scale together, and so do those of blobs and of durable orchestrations. */
function groupOf({name, own: {trigger}}: NamedTimetable): string {
  const kind = trigger.toLowerCase();
  if (/http|api/.test(kind)) return 'http';
  if (/blob/.test(kind)) return 'blob';
  if (/orchestration|activity|durable/.test(kind)) return 'durable';
  return `function:${name}`;
}
