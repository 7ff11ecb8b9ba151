/** Which instance an action goes to: any that has a place, or always the one that its session or its room is bound to. */
export interface Routing {
  readonly by: 'any' | 'session' | 'room';
  /** No instance is bound to more than so many times the mean, rounded up; Infinity under `any`. */
  readonly bound: number;
}

/** Where the state of a session lives between its actions. */
export type StatePlace = 'store' | 'cache' | 'instance';

/** What a session whose instance has failed goes on from. */
export type Recovery = 'store' | 'behind' | 'clients' | 'none';

/** What an action does with the state of its session, and what that takes, whole microseconds. */
export interface StateTerms {
  readonly place: StatePlace;
  /** Operations of an action. */
  readonly reads: number;
  readonly writes: number;
  /** What each takes on the store, and in an instance. */
  readonly readUs: number;
  readonly writeUs: number;
  readonly localUs: number;
  /** What it takes an instance to get the state of a session that it does not have. */
  readonly loadUs: number;
  readonly recovery: Recovery;
  /** With `behind`: what a session has changed is written so long after the first change. */
  readonly behindUs: number;
}

/** How instances know of what all sessions share. Times in whole microseconds. */
export interface WorldTerms {
  readonly by: 'push' | 'pull';
  /** Time between updates on average: one in each stretch of that length, at random in it. */
  readonly everyUs: number;
  /** `push`: until an update has reached all instances. */
  readonly delayUs: number;
  /** `pull`: an action that finds its instance's copy older gets it anew. */
  readonly ttlUs: number;
  /** What getting it takes. */
  readonly readUs: number;
  /** Bytes of an update and of all of it. */
  readonly deltaBytes: number;
  readonly worldBytes: number;
}

/** Everything that is said of sessions. Plain data: it crosses thread borders. */
export interface SessionTerms {
  readonly routing: Routing;
  /** Undefined: where state lives is nobody's concern. */
  readonly state: StateTerms | undefined;
  readonly world: WorldTerms | undefined;
  /** A session, or a room, that asks for nothing for so long is put away; Infinity: never. */
  readonly passivateUs: number;
  /** An instance is given up so long after its host failed: then the one that takes its place starts. */
  readonly detectUs: number;
  /** Between a player and the platform, there and back. */
  readonly networkUs: number;
  /** An action is to take no longer, network included. */
  readonly budgetUs: number;
}
