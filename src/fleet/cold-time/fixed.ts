import type {ColdTime} from './cold-time.ts';

/** Every cold start takes the same time. */
export function fixedColdTime(coldUs: number): ColdTime {
  return {drawUs: () => coldUs, meanUs: () => coldUs};
}
