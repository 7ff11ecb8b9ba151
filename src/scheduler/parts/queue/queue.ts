import type {Parameters, Part, Values} from '../../../base/part.ts';
import type {CallClasses} from './call-classes.ts';
import type {Line} from './line.ts';

/**
 * In which order waiting calls are offered room. Strict: while the first finds no room nobody else is asked. Calls are
 * numbers in the line; nothing is allocated per call.
 */
export interface QueueOrder {
  /** `call` of `fn` waits; it is in the line already. */
  added(call: number, fn: number): void;
  /** A call of `fn` has left the line, served or not. */
  removed(fn: number): void;
  /** Who is offered room at `nowUs`, NONE if nobody waits. */
  first(nowUs: number): number;
  /** Of the calls of `fn` that wait, the one that goes first, or NONE. */
  head(fn: number): number;
  /** Who takes an instance of `fn` that is free at `nowUs`; NONE: whoever is first is asked. */
  ofFunction(fn: number, nowUs: number): number;
  /**
   * Of the calls that are not passed over, the one by which turns or virtual time go on when some call begins, or NONE. Left
   * out where they go by the call that begins alone.
   */
  leader?(): number;
  /** An instance of `fn` goes idle though calls of `fn` may wait: others are first. */
  idles?(fn: number): void;
  /** Calls of `fn` are passed over from now on, or no longer (`Line.isHeld`): limits of its own hold them back. */
  heldChanged?(fn: number): void;
  /** A call of `fn` gets an instance: `call`, still in the line, or one that did not wait (NONE). */
  begins?(call: number, fn: number): void;
  /** A call of `fn` has given its instance back. */
  ended?(fn: number): void;
  /** A call of `fn` arrives at `nowUs`, before anything else is told of it. */
  called?(fn: number, nowUs: number): void;
  /** Set where a call that finds an instance of its function takes it, whoever waits. */
  readonly ownFirst?: boolean;
  /** An idle instance is given up for a call of another function only when it has been idle for so long, us. */
  readonly holdUs?: Float64Array; // [function]
}

/** What an order knows when it is made. */
export interface QueueContext {
  readonly line: Line;
  readonly classes: CallClasses;
  /** Room of the cell: slots and MiB, Infinity without a limit. */
  readonly slots: number;
  readonly memoryMib: number;
  /** True when an instance of `fn` is idle. */
  hasIdle(fn: number): boolean;
  /** Teams have quotas: who waits must be known by team. */
  readonly quotas: boolean;
}

/** Who waits for longer than an order lets it leaves. */
export interface Limits {
  readonly as: 'expired' | 'shed';
  readonly afterUs: Float64Array; // [function]
}

/**
 * An order, as the registry of `--queue` holds it. `create` gives none for today's rule, which is no order: an instance
 * that is freed serves a waiting call of its own function first.
 */
export interface QueuePart<P extends Parameters = Parameters>
  extends Part<QueueOrder | undefined, QueueContext, never, P> {
  limits?(values: Values<P>, classes: CallClasses): Limits;
}

/** Types an order by its parameters. */
export function queuePart<P extends Parameters>(part: QueuePart<P>): QueuePart<P> {
  return part;
}
