/** What became of the states of sessions, of the counted part. */
export const noStateCounts = {
  /** Operations on the store: those of actions, whole states got from it, and written to it. */
  reads: 0,
  writes: 0,
  loads: 0,
  saves: 0,
  /** Actions whose instance had the state. */
  hits: 0,
  /** Actions that met another instance than the one before of their session, which had not been put away between. */
  moved: 0,
  passivated: 0,
  /** Sessions of which nothing was left when their instance failed, and actions whose effect was lost then. */
  lostSessions: 0,
  lostActions: 0,
};

export type StateCounts = Readonly<typeof noStateCounts>;

export const stateCountNames = Object.keys(noStateCounts) as (keyof StateCounts)[];
