import {normalQuantile} from '../../base/distributions.ts';
import {parseTimeUs} from '../../base/units.ts';
import type {RowProblem} from '../../files/rows.ts';
import {orRefused, TableCells} from '../../files/table-cells.ts';
import type {Workload} from '../../workload/workload.ts';
import {curveCodes, type Demand, type PlanWindows} from './demand.ts';

/** A burst that is known to come: METHODS E3.4. Times in microseconds since time 0. */
export interface BurstEvent {
  readonly startUs: number;
  /** Time from the first extra call to the full rate; the plan is ready for the full rate from the start. */
  readonly rampUs: number;
  /** Time at the full rate. */
  readonly durationUs: number;
  /** Calls a second that come besides, of all functions concerned together; NaN: their own rate changes. */
  readonly perSecond: number;
  /** Log-normal factor on that rate: its median, and the standard deviation of its logarithm. */
  readonly median: number;
  readonly sigma: number;
  /** The functions concerned. */
  readonly includes: (f: number) => boolean;
}

const quantileColumns: Readonly<Record<string, number>> = {p10: 0.1, p50: 0.5, p90: 0.9, p99: 0.99};

/**
 * Reads an events calendar: `start,ramp,duration,p50[,p10,p90,p99][,class]`, or `rate` for p50. Times take units and count from
 * time 0; a start may also be an ISO 8601 time if the workload knows its own. p50.. are quantiles of the factor on the functions'
 * own rate. Beside a `rate` they are, as it is, calls a second that come besides, which functions share in proportion to their own.
 * The class is a trigger such as `http`, or `owner:NAME`, `app:NAME`, `function:NAME`; blank or `*` is everything.
 */
export class EventCalendar {
  readonly events: BurstEvent[] = [];
  private readonly cells: TableCells;
  private readonly workload: Workload;

  constructor(place: string, header: readonly string[], workload: Workload) {
    const known = ['name', 'start', 'ramp', 'duration', 'rate', ...Object.keys(quantileColumns), 'class'];
    this.cells = new TableCells(place, header, known, ['start', 'duration']);
    this.workload = workload;
  }

  take(row: readonly string[]): RowProblem | undefined {
    const {cells} = this;
    const time = (column: string): number | undefined =>
      orRefused(() => parseTimeUs(cells.text(row, column) || '0', column));
    const startUs = this.startUs(cells.text(row, 'start'));
    const rampUs = time('ramp');
    const durationUs = time('duration');
    if (startUs === undefined) return cells.problem(row, 'start', this.startRule());
    if (rampUs === undefined || !Number.isFinite(rampUs)) return cells.problem(row, 'ramp', 'a time with a unit');
    if (durationUs === undefined || !(durationUs > 0 && Number.isFinite(durationUs))) {
      return cells.problem(row, 'duration', 'a time above 0 with a unit');
    }
    for (const column of Object.keys(quantileColumns)) {
      const factor = cells.number(row, column);
      if (factor !== undefined && !(factor > 0 && factor < 1e9)) return cells.problem(row, column, 'a factor above 0');
    }
    const rate = cells.number(row, 'rate');
    if (rate !== undefined && !(rate > 0 && rate < 1e12)) return cells.problem(row, 'rate', 'calls a second above 0');
    const p50 = cells.number(row, 'p50');
    if (rate !== undefined && p50 !== undefined)
      return cells.problem(row, 'p50', 'blank beside a rate, which is the median');
    const median = rate ?? p50;
    if (median === undefined) return cells.problem(row, 'p50', 'a factor above 0, where no rate is given');
    const sigma = this.sigma(row, median);
    if (sigma === undefined) return cells.problem(row, 'p90', 'a quantile that rises with its share');
    const includes = this.selector(cells.text(row, 'class'));
    if (includes === undefined) return cells.problem(row, 'class', 'a trigger, owner, app or function of the workload');
    this.events.push({
      ...{startUs, rampUs, durationUs, sigma, includes},
      ...(rate === undefined ? {perSecond: Number.NaN, median} : {perSecond: rate, median: 1}),
    });
    return undefined;
  }

  private startRule(): string {
    return this.workload.meta.startTime === '' ? 'a time since time 0 with a unit' : 'a time with a unit, or ISO 8601';
  }

  private startUs(text: string): number | undefined {
    const origin = Date.parse(this.workload.meta.startTime);
    if (/^\d{4}-\d{2}-\d{2}T/.test(text)) {
      const at = (Date.parse(text) - origin) * 1000;
      return Number.isFinite(at) ? at : undefined;
    }
    const us = text === '' ? undefined : orRefused(() => parseTimeUs(text, 'start'));
    return us !== undefined && Number.isFinite(us) ? us : undefined;
  }

  /** Least squares through ln(quantile / median) against normal scores; undefined when a quantile falls. */
  private sigma(row: readonly string[], median: number): number | undefined {
    let products = 0;
    let squares = 0;
    for (const [column, share] of Object.entries(quantileColumns)) {
      const factor = this.cells.number(row, column);
      if (factor === undefined || share === 0.5) continue;
      const score = normalQuantile(share);
      if (score * Math.log(factor / median) < 0) return undefined;
      products += score * Math.log(factor / median);
      squares += score * score;
    }
    return squares === 0 ? 0 : products / squares;
  }

  private selector(text: string): BurstEvent['includes'] | undefined {
    if (text === '' || text === '*') return () => true;
    const {trigger, owner, app, name} = this.workload;
    const colon = text.indexOf(':');
    const kind = colon < 0 ? 'trigger' : text.slice(0, colon);
    const wanted = text.slice(colon + 1);
    if (kind === 'function') return (f) => name.at(f) === wanted;
    const labels = {trigger, owner, app}[kind];
    const id = labels?.values.indexOf(wanted) ?? -1;
    return labels && id >= 0 ? (f) => labels.id[f] === id : undefined;
  }
}

/** The windows, divided where an event begins and ends. */
export function windowsAround(windows: PlanWindows, events: readonly BurstEvent[]): PlanWindows {
  const cuts = events.flatMap(({startUs, rampUs, durationUs}) => [startUs, startUs + rampUs + durationUs]);
  const startUs: number[] = [];
  const endUs: number[] = [];
  for (let w = 0; w < windows.startUs.length; w++) {
    const [from, until] = [windows.startUs[w]!, windows.endUs[w]!];
    const inside = [...new Set(cuts)].filter((cut) => cut > from && cut < until).sort((a, b) => a - b);
    startUs.push(from, ...inside);
    endUs.push(...inside, until);
  }
  return {startUs: Float64Array.from(startUs), endUs: Float64Array.from(endUs), repeatUs: windows.repeatUs};
}

/**
 * Demand with the events in it: rates times the mean factor, and as much more uncertain as the factor is, so that the
 * price of a slot against that of a cold start decides for how bad a case to prepare. Windows must be divided already.
 */
export function withEvents(demand: Demand, events: readonly BurstEvent[]): Demand {
  if (events.length === 0) return demand;
  const {functions, windows} = demand;
  const ratePerSecond = demand.ratePerSecond.slice();
  const rateVariation = demand.rateVariation.slice();
  const curve = demand.curve.slice();
  for (const event of events) {
    const factor = event.median * Math.exp((event.sigma * event.sigma) / 2);
    const spread = Math.exp(event.sigma * event.sigma) - 1;
    const untilUs = event.startUs + event.rampUs + event.durationUs;
    const rows = Int32Array.from({length: functions}, (_, f) => f).filter((f) => event.includes(f));
    for (let w = 0; w < windows.startUs.length; w++) {
      if (windows.startUs[w]! < event.startUs || windows.startUs[w]! >= untilUs) continue;
      const all = rows.reduce((sum, f) => sum + ratePerSecond[w * functions + f]!, 0);
      for (const f of rows) {
        const unit = w * functions + f;
        const own = ratePerSecond[unit]!;
        if (Number.isNaN(event.perSecond)) {
          ratePerSecond[unit] = own * factor;
          rateVariation[unit] = (1 + rateVariation[unit]!) * (1 + spread) - 1;
        } else {
          const more = event.perSecond * factor * (all > 0 ? own / all : 1 / rows.length);
          ratePerSecond[unit] = own + more;
          // Variances add up; they are kept over the square of the mean.
          rateVariation[unit] = (rateVariation[unit]! * own ** 2 + spread * more ** 2) / (own + more || 1) ** 2;
        }
        if (spread > 0) curve[unit] = curveCodes['negative-binomial'];
      }
    }
  }
  return {...demand, ratePerSecond, rateVariation, curve};
}
