import {priceSheets} from '../cost/sheets.ts';
import {coldTimes} from '../fleet/cold-time/registry.ts';
import type {Semantics} from '../scheduler/core/semantics.ts';
import {placements} from '../scheduler/parts/placement/registry.ts';
import {queues} from '../scheduler/parts/queue/registry.ts';
import type {Workload} from '../workload/workload.ts';
import type {ReplayOptions} from './options.ts';
import {unlimited} from './unlimited.ts';

/** What is unusual about a replay that a program asks for; what has a name is written as after its flag. */
export interface CoreSettings extends Partial<Omit<ReplayOptions, 'cold' | 'queue' | 'placement' | 'semantics'>> {
  /** `infinite` by default. */
  readonly policy?: string;
  /** `fixed:0ms` by default. */
  readonly cold?: string;
  readonly queue?: string;
  readonly placement?: string;
  readonly semantics?: Partial<Semantics>;
}

/** The options of a replay of all of the workload with those settings, their seed before `seed`; all else as where nothing is scarce, prices the seed's. */
export function optionsFor(workload: Workload, settings: CoreSettings, seed: number): ReplayOptions {
  const {policy: _, cold, queue, placement, semantics, ...rest} = settings;
  const usual = unlimited(workload.meta.spanUs, 0, priceSheets.seed!.sheet, seed);
  return {
    ...usual,
    ...rest,
    semantics: {...usual.semantics, ...semantics},
    ...(cold !== undefined && {cold: coldTimes.parse(cold)}),
    ...(queue !== undefined && {queue: queues.parse(queue)}),
    ...(placement !== undefined && {placement: placements.parse(placement)}),
  };
}
