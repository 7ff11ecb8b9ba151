import {LabelTable, textColumn, unknowns} from '../columns.ts';
import type {LabelColumn, TextColumn} from '../workload.ts';

/**
 * Who was called: functions by (owner, app, name) in order of first appearance, and what a trace says of each.
 * The same name under another app or owner is another function.
 */
export class FunctionTable {
  private readonly names: string[] = [];
  private readonly ownerIds: number[] = [];
  private readonly appIds: number[] = [];
  private readonly triggers: string[] = [];
  private readonly memoryMib: number[] = [];
  private readonly owners = new LabelTable();
  private readonly apps = new LabelTable();
  /** owner -> app -> name -> function: three small look-ups and no string joined per row. */
  private readonly ids = new Map<string, Map<string, Map<string, number>>>();

  get size(): number {
    return this.names.length;
  }

  /** The number of this function, a new one at first sight. */
  idOf(owner: string, app: string, name: string): number {
    let ofOwner = this.ids.get(owner);
    if (ofOwner === undefined) this.ids.set(owner, (ofOwner = new Map()));
    let ofApp = ofOwner.get(app);
    if (ofApp === undefined) ofOwner.set(app, (ofApp = new Map()));
    const known = ofApp.get(name);
    if (known !== undefined) return known;
    const id = this.names.push(name) - 1;
    ofApp.set(name, id);
    this.ownerIds.push(this.owners.idOf(owner));
    this.appIds.push(this.apps.idOf(app));
    this.triggers.push('');
    this.memoryMib.push(Number.NaN);
    return id;
  }

  /** The number of a function that is already here, or -1. */
  find(owner: string, app: string, name: string): number {
    return this.ids.get(owner)?.get(app)?.get(name) ?? -1;
  }

  /** The functions of an app, by number; empty when it has none here. */
  ofApp(owner: string, app: string): Iterable<number> {
    return this.ids.get(owner)?.get(app)?.values() ?? [];
  }

  forEach(visit: (owner: string, app: string, name: string, f: number) => void): void {
    for (const [owner, apps] of this.ids) {
      for (const [app, functions] of apps) for (const [name, f] of functions) visit(owner, app, name, f);
    }
  }

  /** Notes what starts the function. The first trigger that is not blank stays. */
  setTrigger(f: number, trigger: string): void {
    if (this.triggers[f] === '') this.triggers[f] = trigger;
  }

  setMemory(f: number, mib: number): void {
    this.memoryMib[f] = mib;
  }

  /** Notes a size seen in one of the function's rows: an instance must hold the largest. */
  raiseMemory(f: number, mib: number): void {
    if (!(this.memoryMib[f]! >= mib)) this.memoryMib[f] = mib;
  }

  columns(): {name: TextColumn; app: LabelColumn; owner: LabelColumn; trigger: LabelColumn; memoryMib: Float64Array} {
    const triggers = new LabelTable();
    return {
      name: textColumn(this.names),
      app: {id: Int32Array.from(this.appIds), values: this.apps.values},
      owner: {id: Int32Array.from(this.ownerIds), values: this.owners.values},
      trigger: {id: Int32Array.from(this.triggers, (text) => triggers.idOf(text)), values: triggers.values},
      memoryMib: Float64Array.from(this.memoryMib),
    };
  }
}

/** Durations of functions of which no trace says anything. */
export function unknownDurations(functions: number) {
  return {
    meanMs: unknowns(functions),
    minMs: unknowns(functions),
    maxMs: unknowns(functions),
    levels: [],
    percentileMs: new Float64Array(0),
  };
}
