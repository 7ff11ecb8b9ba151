import type {Down} from '../parts/faults/outages.ts';

/** An outage is so many doubles. */
export const OUTAGE_FIELDS = 4;
/** Which of the faults that were asked for it is. */
export const FAULT = 0;
/** Number of the host in its cell; below 0: the scheduler. */
export const DOWN_HOST = 1;
export const BEGAN_US = 2;
/** From then on until nothing was down and nobody waited any more; Infinity: somebody did until the end. */
export const FELT_US = 3;

/** How long outages were felt: plain data. */
export interface Recoveries {
  /** Calls on hosts when they failed. */
  readonly inFlight: number;
  /** A row an outage; in the order in which they were over. [outage * OUTAGE_FIELDS] */
  readonly rows: Float64Array;
}

/** The row of an outage that began then and was felt for so long. */
export function outageRow({fault, host}: Down, beganUs: number, feltUs: number): number[] {
  return [fault, host, beganUs, feltUs];
}
