import {usageError} from '../base/errors.ts';
import {finiteTimeUs, oneOf, text} from '../base/parameters.ts';
import {parseValues} from '../base/part.ts';
import {readLengthUs} from '../base/readers.ts';
import {writtenTimeUs} from '../base/units.ts';

/** What it takes to stop a call and to go on with it, whole microseconds. */
interface Stops {
  readonly saveUs: number;
  readonly restoreUs: number;
  readonly resumeUs: number;
  /** An instance is given back after each slice, whether somebody waits for its room or not. */
  readonly yieldsAlways: boolean;
}

/** Long calls are cut into slices: each but the first begins with what was saved, each but the last ends by saving. */
export interface Checkpoint extends Stops {
  /** Length of a slice with all of that, more than all of that. */
  readonly everyUs: number;
}

/** The same as it was asked for; `everyUs` undefined: as Young has it. */
export interface CheckpointRequest extends Stops {
  readonly everyUs: number | undefined;
}

const parameters = {
  every: text('time or auto', "Length of a slice, all included; auto: Young's, by the mtbf of --fail.", {
    example: '30s',
  }),
  save: finiteTimeUs('What a save takes.', {default: '0s'}),
  restore: finiteTimeUs('What it takes to load what was saved.', {default: '0s'}),
  resume: finiteTimeUs('What it takes to be called again.', {default: '0s'}),
  yield: oneOf(['asked', 'always'], 'When the instance is given back between slices.', {default: 'asked'}),
} as const;

/** `every=30s,save=1s,restore=1s,resume=500ms,yield=always`. */
export function readCheckpoint(given: string, what: string): CheckpointRequest {
  const values = parseValues(given, parameters, {name: what, what, said: `${what} is '${given}'`});
  const {save: saveUs, restore: restoreUs, resume: resumeUs} = values;
  const everyUs = values.every === 'auto' ? undefined : readLengthUs(values.every, `${what}:every`);
  const stopUs = saveUs + restoreUs + resumeUs;
  if (everyUs !== undefined && everyUs <= stopUs) {
    throw usageError(
      `${what} is '${given}': save, restore and resume take ${writtenTimeUs(stopUs)} of each slice, which leaves no time to work`,
      'give a larger every',
    );
  }
  return {everyUs, saveUs, restoreUs, resumeUs, yieldsAlways: values.yield === 'always'};
}

/**
 * The slices that were asked for. Young's: work of sqrt(2 C MTBF) a slice, where C is what stopping and going on take
 * together, and C besides. `mtbfUs`: between failures of the host that a call is on; undefined: hosts do not fail.
 */
export function checkpointOf(request: CheckpointRequest, mtbfUs: number | undefined): Checkpoint {
  const {everyUs, saveUs, restoreUs, resumeUs} = request;
  if (everyUs !== undefined) return {...request, everyUs};
  if (mtbfUs === undefined) {
    throw usageError(
      "--checkpoint has every=auto, Young's interval, and nothing says how often hosts fail",
      'give --fail mtbf=30d,for=10m,what=hosts, or every=30s',
    );
  }
  const stopUs = saveUs + restoreUs + resumeUs;
  if (stopUs === 0) {
    throw usageError(
      "--checkpoint has every=auto, and Young's interval is 0 where stopping takes no time",
      'give save, restore or resume, or every=30s',
    );
  }
  return {...request, everyUs: Math.round(Math.sqrt(2 * stopUs * mtbfUs)) + stopUs};
}
