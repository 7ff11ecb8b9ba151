import {mixKeys} from '../../src/base/random.ts';
import type {SessionTerms} from '../../src/fleet/sessions/session-terms.ts';
import {binOf} from '../../src/scheduler/parts/sessions/bounded-hash.ts';

/** An action: of a session and in a room, or -1. */
export interface OracleAction {
  readonly timeUs: number;
  readonly fn: number;
  readonly session: number;
  readonly room: number;
  readonly durationUs: number;
}

/** Functions with so many instances each, which are always there, on hosts that may fail. */
export interface Game {
  readonly actions: readonly OracleAction[];
  readonly instances: readonly number[]; // [function]
  readonly places: number;
  readonly terms: SessionTerms;
  readonly hosts: number;
  readonly slots: number;
  readonly coldUs: number;
  readonly outages: readonly {readonly host: number; readonly fromUs: number; readonly untilUs: number}[];
  /** What becomes of actions whose host fails. */
  readonly failed: 'lost' | 'again' | 'later';
  readonly endUs: number;
}

export const ORACLE_KEY = 77;
export const ORACLE_SEED = 5;

/** Everything that core and oracle must agree on. */
export interface GameTotals {
  warm: number;
  lost: number;
  retried: number;
  busyUs: number;
  startDelayUs: number;
  actions: number;
  actionUs: number;
  slowestUs: number;
  late: number;
  reads: number;
  writes: number;
  loads: number;
  saves: number;
  hits: number;
  moved: number;
  passivated: number;
  lostSessions: number;
  lostActions: number;
  mostInOne: number[];
}

interface Instance {
  readonly place: number;
  readonly fn: number;
  readonly number: number;
  readonly host: number;
  readonly readyUs: number;
  readonly calls: Call[];
  alive: boolean;
  idleSince: number;
  busySinceUs: number;
}

interface Call extends OracleAction {
  readonly arrivalUs: number;
  place: number;
  instance: Instance | undefined;
  beginUs: number;
  endUs: number;
  firstStartUs: number;
  began: boolean;
  failures: number;
  given: number;
}

interface State {
  last: number;
  holder: number;
  saved: boolean;
  known: boolean;
  unsaved: number;
  flushUs: number;
  pending: number;
  restsAtUs: number;
}

/** A game played by objects and lists that are gone through from end to end, one event at a time. */
export function playGame(game: Game): GameTotals {
  return new Played(game).totals;
}

/** Classes of events at equal times. */
const FLUSH = -2;
const FINISH = 0;
const READY = 1;
const DOWN = 2;
const UP = 3;
const RETRY = 4;
const ARRIVAL = 5;

class Played {
  readonly totals: GameTotals;
  private readonly game: Game;
  private readonly events: {atUs: number; kind: number; order: number; run: () => void}[] = [];
  private order = 0;
  private nowUs = 0;
  /** A place is a function, or where instances are bound to, an instance of one. */
  private readonly places: {fn: number; count: number}[] = [];
  private readonly instances: Instance[] = [];
  private readonly waiting: Call[] = [];
  private readonly down = new Set<number>();
  private readonly states = new Map<string, State>();
  private readonly seats = new Map<string, {seat: number; pending: number; restsAtUs: number; fn: number}>();
  private readonly held: number[][];
  private readonly lacking: {place: number; goneUs: number}[] = [];
  private numbers = 0;
  private idles = 0;
  private given = 0;
  private turn = 0;

  constructor(game: Game) {
    this.game = game;
    const binds = game.terms.routing.by !== 'any';
    for (const [fn, count] of game.instances.entries()) this.places.push({fn, count: binds ? 1 : count});
    if (binds) {
      for (const [fn, count] of game.instances.entries())
        for (let k = 1; k < count; k++) this.places.push({fn, count: 1});
    }
    this.held = game.instances.map((count) => new Array<number>(count).fill(0));
    this.totals = {
      ...{warm: 0, lost: 0, retried: 0, busyUs: 0, startDelayUs: 0, actions: 0, actionUs: 0, slowestUs: 0, late: 0},
      ...{reads: 0, writes: 0, loads: 0, saves: 0, hits: 0, moved: 0, passivated: 0, lostSessions: 0, lostActions: 0},
      mostInOne: game.instances.map(() => 0),
    };
    for (const [place, {count}] of this.places.entries())
      for (let k = 0; k < count; k++) this.create(place, this.freeHost()!, 0);
    for (const {host, fromUs, untilUs} of game.outages) {
      this.at(fromUs, DOWN, () => this.fail(host));
      this.at(untilUs, UP, () => this.back(host));
    }
    for (const action of game.actions) this.at(action.timeUs, ARRIVAL, () => this.arrives(action));
    for (;;) {
      const next = this.events.reduce<(typeof this.events)[number] | undefined>(
        (first, one) => (first === undefined || before(one, first) ? one : first),
        undefined,
      );
      if (next === undefined || next.atUs >= game.endUs) break;
      this.events.splice(this.events.indexOf(next), 1);
      this.rest(next.atUs);
      this.nowUs = next.atUs;
      next.run();
    }
    this.rest(game.endUs);
  }

  private at(atUs: number, kind: number, run: () => void): void {
    this.events.push({atUs, kind, order: this.order++, run});
  }

  /** Sessions and rooms that have rested for long are put away by then. */
  private rest(untilUs: number): void {
    for (const state of this.states.values()) {
      if (!(state.pending === 0 && state.restsAtUs + this.game.terms.passivateUs <= untilUs)) continue;
      state.restsAtUs = Number.POSITIVE_INFINITY;
      state.last = -1;
      if (state.holder === -1) continue;
      state.holder = -1;
      this.totals.passivated++;
      if (state.unsaved > 0) this.save(state);
    }
    for (const bound of this.seats.values()) {
      if (!(bound.pending === 0 && bound.restsAtUs + this.game.terms.passivateUs <= untilUs)) continue;
      bound.restsAtUs = Number.POSITIVE_INFINITY;
      this.held[bound.fn]![bound.seat]!--;
      bound.seat = -1;
    }
  }

  private save(state: State): void {
    this.totals.saves++;
    state.saved = true;
    state.unsaved = 0;
  }

  private freeHost(): number | undefined {
    for (let host = 0; host < this.game.hosts; host++) {
      const used = this.instances.filter((one) => one.alive && one.host === host).length;
      if (!this.down.has(host) && used < this.game.slots) return host;
    }
    return undefined;
  }

  private create(place: number, host: number, readyUs: number): void {
    const {fn} = this.places[place]!;
    const one: Instance = {
      ...{place, fn, host, readyUs, number: this.numbers++, calls: [], alive: true},
      ...{idleSince: this.idles++, busySinceUs: Number.NaN},
    };
    this.instances.push(one);
    // Those who wait take its places at once.
    for (const call of this.waiting.filter((each) => each.place === place))
      if (this.hasPlace(one)) this.begin(call, one);
    if (readyUs > 0) this.at(readyUs, READY, () => one.alive && this.freed(one));
  }

  private hasPlace(one: Instance): boolean {
    return one.alive && one.calls.length < this.game.places;
  }

  private arrives(action: OracleAction): void {
    const {fn, session, room} = action;
    const call: Call = {
      ...{...action, arrivalUs: action.timeUs, place: fn, instance: undefined, beginUs: 0, endUs: 0},
      ...{firstStartUs: Number.NaN, began: false, failures: 0, given: 0},
    };
    const {by} = this.game.terms.routing;
    if (session !== -1) this.stateOf(call).pending++;
    if (by !== 'any') {
      let seat: number;
      if (session === -1) seat = this.turn++ % this.game.instances[fn]!;
      else {
        const bound = this.boundOf(call);
        bound.pending++;
        if (bound.seat === -1)
          bound.seat = this.bind(fn, by === 'room' && room !== -1 ? room : session, by === 'room' && room === -1);
        seat = bound.seat;
      }
      call.place = this.placeOf(fn, seat);
    }
    this.seek(call);
  }

  private placeOf(fn: number, seat: number): number {
    if (seat === 0) return fn;
    const before = this.game.instances.slice(0, fn).reduce((sum, count) => sum + count - 1, 0);
    return this.game.instances.length + before + seat - 1;
  }

  private boundOf({fn, session, room}: OracleAction) {
    const isRoom = this.game.terms.routing.by === 'room' && room !== -1;
    const id = `${fn} ${isRoom ? 'room' : 'session'} ${isRoom ? room : session}`;
    let bound = this.seats.get(id);
    if (bound === undefined)
      this.seats.set(id, (bound = {seat: -1, pending: 0, restsAtUs: Number.POSITIVE_INFINITY, fn}));
    return bound;
  }

  private bind(fn: number, key: number, alone: boolean): number {
    const held = this.held[fn]!;
    const total = held.reduce((sum, one) => sum + one, 0) + 1;
    const exact = (this.game.terms.routing.bound * total) / held.length;
    const cap = Math.abs(exact - Math.round(exact)) < 1e-9 ? Math.round(exact) : Math.ceil(exact);
    let seat = binOf(mixKeys(mixKeys(ORACLE_KEY + fn, ORACLE_SEED), alone ? key + 2 ** 31 : key), held.length);
    while (held[seat]! + 1 > cap) seat = (seat + 1) % held.length;
    held[seat]!++;
    this.totals.mostInOne[fn] = Math.max(this.totals.mostInOne[fn]!, held[seat]!);
    return seat;
  }

  private stateOf({fn, session}: OracleAction): State {
    const id = `${fn} ${session}`;
    let state = this.states.get(id);
    if (state === undefined) {
      state = {
        ...{last: -1, holder: -1, saved: false, known: false, unsaved: 0, flushUs: 0, pending: 0},
        restsAtUs: Number.POSITIVE_INFINITY,
      };
      this.states.set(id, state);
    }
    return state;
  }

  /** A ready instance that lost its last call last, else one that starts, else it waits. */
  private seek(call: Call): void {
    const own = this.instances.filter((one) => one.place === call.place && this.hasPlace(one));
    const ready = own.filter((one) => one.readyUs <= this.nowUs).sort((a, b) => b.idleSince - a.idleSince);
    const one = ready[0] ?? own[0];
    if (one === undefined) this.waiting.push(call);
    else this.begin(call, one);
  }

  private begin(call: Call, one: Instance): void {
    const at = this.waiting.indexOf(call);
    if (at >= 0) this.waiting.splice(at, 1);
    const fromUs = Math.max(this.nowUs, one.readyUs);
    if (one.calls.length === 0) one.busySinceUs = fromUs;
    one.calls.push(call);
    call.instance = one;
    call.beginUs = fromUs;
    if (!call.began) call.firstStartUs = fromUs;
    call.given = this.given++;
    const endUs = fromUs + call.durationUs + this.stateUs(call, one);
    call.endUs = endUs;
    this.at(endUs, FINISH, () => call.instance === one && call.endUs === endUs && this.finish(call, one));
  }

  private stateUs(call: Call, one: Instance): number {
    const {state: terms} = this.game.terms;
    if (call.session === -1) return 0;
    const state = this.stateOf(call);
    if (state.last !== -1 && state.last !== one.number) this.totals.moved++;
    state.last = one.number;
    if (terms === undefined) return 0;
    const {totals} = this;
    if (terms.place === 'store') {
      totals.reads += terms.reads;
      totals.writes += terms.writes;
      return terms.reads * terms.readUs + terms.writes * terms.writeUs;
    }
    let us = terms.reads * terms.localUs;
    if (state.holder !== -1 && state.holder !== one.number && state.unsaved > 0) this.save(state);
    if (state.holder === one.number) totals.hits++;
    else if (terms.place === 'cache' || state.saved) {
      totals.loads++;
      us += terms.loadUs;
    } else if (state.known && terms.recovery === 'clients') us += terms.loadUs;
    state.holder = one.number;
    state.known = true;
    if (terms.recovery === 'store') {
      totals.writes += terms.writes;
      return us + terms.writes * terms.writeUs;
    }
    return us + terms.writes * terms.localUs;
  }

  private finish(call: Call, one: Instance): void {
    const {totals, game} = this;
    one.calls.splice(one.calls.indexOf(call), 1);
    if (one.calls.length === 0) totals.busyUs += this.nowUs - one.busySinceUs;
    call.instance = undefined;
    const us = this.nowUs - call.arrivalUs + game.terms.networkUs;
    totals.actions++;
    totals.actionUs += us;
    totals.slowestUs = Math.max(totals.slowestUs, us);
    if (us > game.terms.budgetUs) totals.late++;
    totals.warm++;
    totals.startDelayUs += call.firstStartUs - call.arrivalUs;
    if (call.session !== -1) this.effect(this.stateOf(call));
    this.over(call);
    this.freed(one);
  }

  /** An action of that session is over, with effect. */
  private effect(state: State): void {
    const {state: terms} = this.game.terms;
    if (terms === undefined || terms.place === 'store' || terms.writes === 0) return;
    if (terms.recovery === 'store') state.saved = true;
    if (terms.recovery === 'store' || terms.recovery === 'clients') return;
    if (state.unsaved++ > 0 || terms.recovery !== 'behind') return;
    const flushUs = this.nowUs + terms.behindUs;
    state.flushUs = flushUs;
    this.at(flushUs, FLUSH, () => state.unsaved > 0 && state.flushUs === flushUs && this.save(state));
  }

  private over(call: Call): void {
    if (call.session === -1) return;
    const state = this.stateOf(call);
    state.pending--;
    state.restsAtUs = this.nowUs;
    if (this.game.terms.routing.by === 'any') return;
    const bound = this.boundOf(call);
    bound.pending--;
    bound.restsAtUs = this.nowUs;
  }

  /** Those who wait for it take its places. */
  private freed(one: Instance): void {
    for (;;) {
      const next = this.waiting.find((call) => call.place === one.place);
      if (next === undefined || !this.hasPlace(one)) break;
      this.begin(next, one);
    }
    one.idleSince = this.idles++;
  }

  private fail(host: number): void {
    this.down.add(host);
    const gone = this.instances.filter((one) => one.alive && one.host === host);
    const calls = gone.flatMap((one) => one.calls).sort((a, b) => a.given - b.given);
    for (const one of gone) {
      one.alive = false;
      if (one.calls.length > 0 && one.busySinceUs < this.nowUs) this.totals.busyUs += this.nowUs - one.busySinceUs;
    }
    for (const call of calls) this.cut(call);
    for (const one of gone) {
      for (const state of this.states.values()) {
        if (state.holder !== one.number) continue;
        state.holder = -1;
        if (state.unsaved === 0) continue;
        this.totals.lostActions += state.unsaved;
        if (!state.saved) this.totals.lostSessions++;
        state.unsaved = 0;
      }
      this.replace({place: one.place, goneUs: this.nowUs});
    }
  }

  private cut(call: Call): void {
    call.instance = undefined;
    if (call.beginUs <= this.nowUs) call.began = true;
    call.failures++;
    if (this.game.failed === 'later' || (this.game.failed === 'again' && call.failures === 1)) {
      const afterUs = this.game.failed === 'later' ? 3_000_000 : 0;
      this.at(this.nowUs + afterUs, RETRY, () => {
        this.totals.retried++;
        this.seek(call);
      });
      return;
    }
    this.totals.lost++;
    this.over(call);
  }

  private replace(lack: {place: number; goneUs: number}): void {
    const host = this.freeHost();
    if (host === undefined) this.lacking.push(lack);
    else {
      const afterUs = Math.max(0, lack.goneUs + this.game.terms.detectUs - this.nowUs);
      this.create(lack.place, host, this.nowUs + afterUs + this.game.coldUs);
    }
  }

  private back(host: number): void {
    this.down.delete(host);
    for (const lack of this.lacking.splice(0)) this.replace(lack);
  }
}

function before(
  a: {atUs: number; kind: number; order: number},
  b: {atUs: number; kind: number; order: number},
): boolean {
  return a.atUs - b.atUs < 0 || (a.atUs === b.atUs && (a.kind - b.kind || a.order - b.order) < 0);
}
