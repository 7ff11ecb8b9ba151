import * as Plot from '@observablehq/plot';
import {formatNumber} from '../base/format.ts';
import {formatCount} from '../base/units.ts';
import {chooser, colours, draw, placeOf, plot} from './chart.ts';
import {type Clock, clockAxis, timeText} from './clock.ts';
import type {PlanWindow, PolicyTimeline, TimelineData} from './page-data.ts';
import {unpackNumbers} from './unpack.ts';

/** A window of the timeline, its calls by the minute. */
interface Window {
  readonly x: number | Date;
  readonly x2: number | Date;
  readonly invocations: number;
  readonly cold: number;
  readonly busy: number;
  readonly idle: number;
  readonly starting: number;
}

export async function drawTimeline(data: TimelineData, clock: Clock): Promise<void> {
  const [fromMs, untilMs] = await Promise.all([unpackNumbers(data.fromMs), unpackNumbers(data.untilMs)]);
  const all = await Promise.all(data.policies.map((policy) => windowsOf(policy, fromMs, untilMs, clock)));
  const demand = placeOf('demand');
  if (demand) draw(demand, (width) => demandChart(all[0]!, clock, width));
  const instances = placeOf('instances');
  const names = data.policies.map(({policy}) => policy);
  if (instances) {
    chooser(instances, 'Instances under', names, (k) =>
      redraw(instances, (width) => instancesChart(all[k]!, clock, width)),
    );
  }
  const cold = placeOf('cold-starts');
  if (cold) draw(cold, (width) => coldChart(all, names, clock, width));
}

/** Draws in place of what is there. */
function redraw(place: HTMLElement, chart: (width: number) => Element): void {
  const fresh = place.cloneNode(false) as HTMLElement;
  place.replaceChildren(fresh);
  fresh.removeAttribute('data-chart');
  draw(fresh, chart);
}

async function windowsOf(
  {invocations, cold, busy, idle, starting}: PolicyTimeline,
  fromMs: ArrayLike<number>,
  untilMs: ArrayLike<number>,
  clock: Clock,
): Promise<Window[]> {
  const none = (): Promise<ArrayLike<number>> => Promise.resolve(new Float64Array(fromMs.length));
  const [calls, colds, busies, idles, starts] = await Promise.all([
    unpackNumbers(invocations),
    unpackNumbers(cold),
    unpackNumbers(busy),
    idle ? unpackNumbers(idle) : none(),
    starting ? unpackNumbers(starting) : none(),
  ]);
  return Array.from({length: fromMs.length}, (_, k) => {
    const minutes = Math.max(1e-9, (untilMs[k]! - fromMs[k]!) / 60_000);
    return {
      x: clock.at(fromMs[k]!),
      x2: clock.at(untilMs[k]!),
      invocations: calls[k]! / minutes,
      cold: colds[k]! / minutes,
      busy: busies[k]!,
      idle: idles[k]!,
      starting: starts[k]!,
    };
  });
}

function demandChart(windows: readonly Window[], clock: Clock, width: number): Element {
  const peak = windows.reduce((best, one) => (one.invocations > best.invocations ? one : best), windows[0]!);
  const label = `Calls a minute over time; most, ${formatCount(peak.invocations)}, at ${timeText(peak.x, clock)}.`;
  return plot(width, label, {
    x: clockAxis(clock),
    y: {label: 'calls a minute', grid: true, tickFormat: short},
    marks: [
      Plot.ruleY([0]),
      Plot.areaY(windows, {x: 'x', y: 'invocations', curve: 'step-after', fill: colours.one, fillOpacity: 0.25}),
      Plot.lineY(windows, {x: 'x', y: 'invocations', curve: 'step-after', stroke: colours.one}),
      Plot.tip(
        windows,
        Plot.pointerX({
          x: 'x',
          y: 'invocations',
          fill: 'var(--paper)',
          title: (w: Window) => `${timeText(w.x, clock)}\n${formatCount(w.invocations)} calls a minute`,
        }),
      ),
    ],
  });
}

const states = [
  ['busy', colours.one],
  ['idle', colours.two],
  ['starting', colours.three],
] as const;

function instancesChart(windows: readonly Window[], clock: Clock, width: number): Element {
  const rows = states.flatMap(([state]) => windows.map((w) => ({x: w.x, state, instances: w[state]})));
  const mean = (of: (w: Window) => number) =>
    formatNumber(windows.reduce((sum, w) => sum + of(w), 0) / Math.max(1, windows.length));
  const label = `Instances over time by state; on average ${mean((w) => w.busy)} busy, ${mean((w) => w.idle)} idle, ${mean((w) => w.starting)} starting.`;
  return plot(width, label, {
    x: clockAxis(clock),
    y: {label: 'instances', grid: true, tickFormat: short},
    color: {domain: states.map(([state]) => state), range: states.map(([, colour]) => colour), legend: true},
    marks: [
      Plot.areaY(rows, {x: 'x', y: 'instances', fill: 'state', curve: 'step-after', order: states.map(([s]) => s)}),
      Plot.ruleY([0]),
      Plot.tip(
        windows,
        Plot.pointerX({
          x: 'x',
          y: (w: Window) => w.busy + w.idle + w.starting,
          fill: 'var(--paper)',
          title: (w: Window) =>
            `${timeText(w.x, clock)}\n${formatNumber(w.busy)} busy, ${formatNumber(w.idle)} idle, ${formatNumber(w.starting)} starting`,
        }),
      ),
    ],
  });
}

const lines = [colours.one, colours.two, colours.three, 'var(--c4)', 'var(--c5)'];

function coldChart(
  all: readonly (readonly Window[])[],
  names: readonly string[],
  clock: Clock,
  width: number,
): Element {
  const rows = all.flatMap((windows, k) => windows.map(({x, cold}) => ({x, cold, policy: names[k]!})));
  const label = `Cold starts a minute over time under ${names.join(', ')}.`;
  return plot(width, label, {
    x: clockAxis(clock),
    y: {label: 'cold starts a minute', grid: true, tickFormat: short},
    color: {domain: [...names], range: lines, legend: names.length > 1},
    marks: [
      Plot.ruleY([0]),
      Plot.lineY(rows, {x: 'x', y: 'cold', stroke: 'policy', curve: 'step-after', strokeWidth: 1.25}),
      Plot.tip(
        rows,
        Plot.pointer({
          x: 'x',
          y: 'cold',
          fill: 'var(--paper)',
          title: (row: (typeof rows)[number]) =>
            `${row.policy}\n${timeText(row.x, clock)}\n${formatNumber(row.cold)} cold starts a minute`,
        }),
      ),
    ],
  });
}

export function drawPlan(windows: readonly PlanWindow[], clock: Clock): void {
  const place = placeOf('plan');
  if (!place) return;
  const rows = windows.map((w) => ({...w, x1: clock.at(w.startMs), x2: clock.at(w.endMs)}));
  const most = windows.reduce((sum, {slots}) => Math.max(sum, slots), 0);
  const label = `Warm slots in each of ${windows.length} windows of the plan, ${formatCount(most)} at most.`;
  draw(place, (width) =>
    plot(width, label, {
      x: clockAxis(clock),
      y: {label: 'warm slots', grid: true, tickFormat: short, domain: [0, Math.max(1, most)]},
      marks: [
        Plot.rectY(rows, {
          x1: 'x1',
          x2: 'x2',
          y: 'slots',
          fill: colours.one,
          fillOpacity: 0.7,
          insetLeft: 0.5,
          insetRight: 0.5,
        }),
        Plot.ruleY([0]),
        Plot.tip(
          rows,
          Plot.pointerX({
            x1: 'x1',
            x2: 'x2',
            y: 'slots',
            fill: 'var(--paper)',
            title: (w: (typeof rows)[number]) =>
              `from ${timeText(w.x1, clock)}\n${formatCount(w.slots)} slots for ${formatCount(w.functionsWarm)} functions`,
          }),
        ),
      ],
    }),
  );
}

export function short(value: number): string {
  if (value >= 1e6) return `${formatNumber(value / 1e6)} M`;
  return value >= 10_000 ? `${formatNumber(value / 1e3)} k` : formatNumber(value);
}
