import type {StateTerms} from '../../../fleet/sessions/session-terms.ts';
import {NONE} from '../../core/instances.ts';
import {KeyedRows} from './keyed-rows.ts';
import {noStateCounts} from './state-counts.ts';

/** Where the state of each session is, which instance had its last action, and what of it is in no safe place. */
export class SessionStates {
  counts = {...noStateCounts};
  private readonly terms: StateTerms | undefined;
  private readonly passivateUs: number;
  private readonly rows = new KeyedRows();
  private capacity = 1024;
  /** The number of the instance that had the last action since it was put away, and of the one that has its state. */
  private last = new Int32Array(this.capacity).fill(NONE); // [row]
  private holder = new Int32Array(this.capacity).fill(NONE); // [row]
  /** 1: there is something of it in the store. */
  private saved = new Uint8Array(this.capacity); // [row]
  /** 1: it has had an action. */
  private known = new Uint8Array(this.capacity); // [row]
  /** Actions whose effect is in the instance alone, and when the first of them was over. */
  private unsaved = new Int32Array(this.capacity); // [row]
  private changedUs = new Float64Array(this.capacity); // [row]

  constructor(terms: StateTerms | undefined, passivateUs: number) {
    this.terms = terms;
    this.passivateUs = passivateUs;
  }

  get sessions(): number {
    return this.rows.used;
  }

  beginCounting(): void {
    this.counts = {...noStateCounts};
  }

  /** An action of that session of `fn` has come: its row. */
  comes(fn: number, session: number): number {
    const row = this.rows.rowOf(fn, session);
    while (row >= this.capacity) this.grow();
    this.rows.comes(row);
    return row;
  }

  /** An action of `row` is given to the instance of that number: for how long it is busy with state. */
  begins(row: number, instance: number): number {
    const {counts, terms} = this;
    if (this.last[row] !== NONE && this.last[row] !== instance) counts.moved++;
    this.last[row] = instance;
    if (terms === undefined) return 0;
    const {place, reads, writes, readUs, writeUs, localUs, recovery} = terms;
    if (place === 'store') {
      counts.reads += reads;
      counts.writes += writes;
      return reads * readUs + writes * writeUs;
    }
    let us = reads * localUs;
    if (this.holder[row] === instance) counts.hits++;
    else {
      // An instance that goes on without it writes what it has not written yet.
      if (this.holder[row] !== NONE && this.unsaved[row]! > 0) this.save(row);
      us += this.load(row, terms);
    }
    this.holder[row] = instance;
    this.known[row] = 1;
    if (recovery !== 'store') return us + writes * localUs;
    counts.writes += writes;
    return us + writes * writeUs;
  }

  /** What it takes to get the state of `row`: from the store, from the client, or there is none. */
  private load(row: number, {place, recovery, loadUs}: StateTerms): number {
    if (place === 'cache' || this.saved[row] === 1) {
      this.counts.loads++;
      return loadUs;
    }
    return recovery === 'clients' && this.known[row] === 1 ? loadUs : 0;
  }

  /** An action of `row` is over, with effect. */
  ends(row: number, nowUs: number): void {
    const {terms} = this;
    if (terms === undefined || terms.place === 'store' || terms.writes === 0) return;
    if (terms.recovery === 'store') this.saved[row] = 1;
    if (terms.recovery === 'store' || terms.recovery === 'clients') return;
    this.flush(row, nowUs);
    if (this.unsaved[row] === 0) this.changedUs[row] = nowUs;
    this.unsaved[row]! += 1;
  }

  /** No call of `row` less is to come: it may rest. */
  goes(row: number, nowUs: number): void {
    this.rows.goes(row, nowUs);
  }

  /** What `row` has changed is written if it was due by then. */
  private flush(row: number, nowUs: number): void {
    const {recovery, behindUs} = this.terms!;
    if (recovery !== 'behind' || this.unsaved[row] === 0 || this.changedUs[row]! + behindUs > nowUs) return;
    this.save(row);
  }

  private save(row: number): void {
    this.counts.saves++;
    this.saved[row] = 1;
    this.unsaved[row] = 0;
  }

  /** Sessions that have rested for long are put away. */
  letGo(nowUs: number): void {
    for (;;) {
      const row = this.rows.takeRested(this.passivateUs, nowUs);
      if (row === NONE) return;
      this.last[row] = NONE;
      if (this.holder[row] === NONE) continue;
      this.holder[row] = NONE;
      this.counts.passivated++;
      this.flush(row, this.rows.restedUs);
      if (this.unsaved[row]! > 0) this.save(row);
    }
  }

  /** The instance of that number is no more. */
  lose(instance: number, nowUs: number): void {
    const {counts} = this;
    for (let row = 0; row < this.rows.used; row++) {
      if (this.holder[row] !== instance) continue;
      this.holder[row] = NONE;
      this.flush(row, nowUs);
      if (this.unsaved[row] === 0) continue;
      counts.lostActions += this.unsaved[row]!;
      if (this.saved[row] === 0) counts.lostSessions++;
      this.unsaved[row] = 0;
    }
  }

  /** The run is over: what was due by then has been written. */
  settle(nowUs: number): void {
    this.letGo(nowUs);
    if (this.terms?.recovery !== 'behind') return;
    for (let row = 0; row < this.rows.used; row++) this.flush(row, nowUs);
  }

  private grow(): void {
    const capacity = 2 * this.capacity;
    const larger = (column: Int32Array, otherwise: number): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(capacity).fill(otherwise);
      grown.set(column);
      return grown;
    };
    const flags = (column: Uint8Array): Uint8Array<ArrayBuffer> => {
      const grown = new Uint8Array(capacity);
      grown.set(column);
      return grown;
    };
    [this.last, this.holder] = [larger(this.last, NONE), larger(this.holder, NONE)];
    [this.saved, this.known] = [flags(this.saved), flags(this.known)];
    this.unsaved = larger(this.unsaved, 0);
    const changedUs = new Float64Array(capacity);
    changedUs.set(this.changedUs);
    this.changedUs = changedUs;
    this.capacity = capacity;
  }
}
