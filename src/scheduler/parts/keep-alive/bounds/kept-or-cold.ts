import {US_PER_SECOND} from '../../../../base/units.ts';
import type {SlotRates} from '../../../../cost/cold-start.ts';
import type {FloorContext, FlooredCalls} from './floor.ts';

/** What precedes the calls of a function, and what it costs. */
interface Gaps {
  readonly arrivalUs: Float64Array; // [call]
  readonly durationUs: Float64Array; // [call]
  /** How long a caller would wait for a cold start. [call] */
  readonly coldUs: Float64Array;
  /** See freedUs. [call] */
  readonly sinceUs: Float64Array;
  readonly rates: SlotRates;
}

/** Every call is kept for or cold, whatever costs less. */
export function keptOrCold(
  {memoryMib, fromUs}: FloorContext,
  fn: number,
  {arrivalUs, durationUs, coldUs, sinceUs, rates}: Gaps,
): FlooredCalls {
  const usdPerUs = rates.warmUsdPerSecond(memoryMib[fn]!) / US_PER_SECOND;
  const extraUsdPerUs = Math.max(0, rates.startUsdPerSecond(memoryMib[fn]!) / US_PER_SECOND - usdPerUs);
  // Calls that came before anything counts may be cold for nothing, and free their instances later by that.
  let [lateUs, lastUs] = [0, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < arrivalUs.length && arrivalUs[k]! < fromUs; k++) {
    lateUs = Math.max(lateUs, coldUs[k]!);
    lastUs = Math.max(lastUs, arrivalUs[k]! + durationUs[k]!);
  }
  const idleUs = sinceUs.map((us) => (us > lastUs ? us : us + lateUs));
  const kept = Uint8Array.from(arrivalUs, (us, k) => {
    const gapUs = us - Math.max(idleUs[k]!, Math.min(us, fromUs));
    // What a second of starting costs beyond an idle one is saved by no later gap.
    const coldUsd = rates.delayUsd(coldUs[k]!) + coldUs[k]! * extraUsdPerUs;
    return sinceUs[k]! >= 0 && gapUs * usdPerUs < coldUsd ? 1 : 0;
  });
  return {
    beginUs: arrivalUs,
    heldUs: arrivalUs.map((us, k) => (kept[k] === 1 ? Math.min(us, idleUs[k]!) : us)),
    kept,
    freedUs: sinceUs,
    delayUs: coldUs.map((us, k) => (kept[k] === 1 ? 0 : us)),
    cold: true,
    forced: sinceUs.every((us, k) => kept[k] === 1 || us < 0),
  };
}
