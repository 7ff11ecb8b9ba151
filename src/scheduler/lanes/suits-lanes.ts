import type {CellSetup} from '../core/cell-setup.ts';
import {type Semantics, semanticsPresets} from '../core/semantics.ts';
import type {KeepAlive, KeepAlivePart} from '../parts/keep-alive/keep-alive.ts';

/**
 * True when a cell's functions share nothing but room, as their parts declare: an instance serves one call at a time and is
 * billed as it is, calls wait in no order of their own and do not slow each other down, the policy's scope is the function alone and the time for which it
 * keeps is constant; nothing but the number of slots is limited, so that any victim makes
 * room, the hosts are one and no placement is asked; and the rules are coldfront's own. Then `LaneCell` gives the same
 * outcome as the cell alone, for calls that bring no cold times of their own and that go by function where they come at
 * the same time.
 */
export function suitsLanes(
  setup: CellSetup,
  {scope}: Pick<KeepAlivePart, 'scope'>,
  {constantUs}: Pick<KeepAlive, 'constantUs'>,
): boolean {
  return sharesRoomAlone(setup, scope) && constantUs !== undefined && constantUs > 0;
}

/** The same where nothing is kept and the fleet has no limits: then each call stands for itself (`ColdLives`). */
export function suitsColdLives(
  setup: CellSetup,
  {scope}: Pick<KeepAlivePart, 'scope'>,
  {constantUs}: Pick<KeepAlive, 'constantUs'>,
): boolean {
  return sharesRoomAlone(setup, scope) && constantUs === 0 && setup.hosts.slots === Number.POSITIVE_INFINITY;
}

function sharesRoomAlone(setup: CellSetup, scope: KeepAlivePart['scope']): boolean {
  return (
    setup.places === undefined &&
    setup.queue === undefined &&
    setup.billing === undefined &&
    !setup.billsHosts &&
    setup.containers === undefined &&
    setup.limits === undefined &&
    setup.retry === undefined &&
    setup.contention === undefined &&
    setup.checkpoint === undefined &&
    setup.faults === undefined &&
    setup.restart === undefined &&
    setup.longCalls === undefined &&
    scope === 'function' &&
    slotsAlone(setup) &&
    ownRules(setup.semantics)
  );
}

/** At most the number of slots is limited. */
function slotsAlone({hosts, startsPerHost, startsPerSecond}: CellSetup): boolean {
  return Math.min(hosts.memoryMib, startsPerHost, startsPerSecond) === Number.POSITIVE_INFINITY;
}

/** Coldfront's own semantics; what becomes of a call that fits nowhere, and whether it waits to evict, does not matter. */
function ownRules(semantics: Semantics): boolean {
  const own: Semantics = {...semanticsPresets.coldfront, full: semantics.full};
  if (semantics.evict === 'never') return false;
  return (Object.keys(own) as (keyof Semantics)[]).every((name) => name === 'evict' || semantics[name] === own[name]);
}
