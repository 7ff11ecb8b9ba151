/** How hosts keep containers at hand, as OpenWhisk's invokers do. Plain data: it crosses thread borders. */
export interface Containers {
  /** Containers with no function in them yet on each host, of that memory; a start that finds one skips making it. */
  readonly stemCells: number;
  readonly stemMib: number;
  /** Share of a cold time that it takes to load a function into a container, 0 to 1. */
  readonly initShare: number;
  /** An instance that has been idle for longer is paused, and takes so long to go on, microseconds. */
  readonly pauseGraceUs: number;
  readonly resumeUs: number;
}
