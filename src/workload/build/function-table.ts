import {LabelTable, textColumn, unknowns} from '../columns.ts';
import {isMemoryMib} from '../limits.ts';
import type {LabelColumn, TextColumn} from '../workload.ts';

/**
 * Who was called: functions by (owner, app, name) in order of first appearance, and what a trace says of each.
 * The same name under another app or owner is another function. Blanks around names are no part of them; an app or owner
 * is '' where the trace names none.
 */
export class FunctionTable {
  private readonly names: string[] = [];
  private readonly ownerIds: number[] = [];
  private readonly appIds: number[] = [];
  private readonly triggers: string[] = [];
  private readonly memoryMib: number[] = [];
  private readonly owners = new LabelTable();
  private readonly apps = new LabelTable();
  /** The first function of each name; those of the same name under another app or owner follow in `namesakes`. */
  private readonly ids = new Map<string, number>();
  /** Of a name that several have: functions by owner and app. */
  private readonly namesakes = new Map<string, Map<string, number>>();

  get size(): number {
    return this.names.length;
  }

  /** The number of this function, a new one at first sight. */
  idOf(ownerText: string, appText: string, nameText: string): number {
    const [ownerName, appName, name] = [ownerText.trim(), appText.trim(), nameText.trim()];
    const owner = this.owners.idOf(ownerName);
    const app = this.apps.idOf(appName);
    const first = this.ids.get(name);
    if (first === undefined) {
      this.ids.set(name, this.size);
      return this.push(owner, app, name);
    }
    if (this.isOf(first, owner, app)) return first;
    let others = this.namesakes.get(name);
    if (others === undefined) this.namesakes.set(name, (others = new Map()));
    const key = `${owner} ${app}`;
    const known = others.get(key);
    if (known !== undefined) return known;
    others.set(key, this.size);
    return this.push(owner, app, name);
  }

  /** The number of a function that is already here, or -1. */
  find(ownerText: string, appText: string, nameText: string): number {
    const [owner, app] = [this.owners.find(ownerText.trim()), this.apps.find(appText.trim())];
    const name = nameText.trim();
    const first = this.ids.get(name) ?? -1;
    if (first < 0 || this.isOf(first, owner, app)) return first;
    return this.namesakes.get(name)?.get(`${owner} ${app}`) ?? -1;
  }

  /** Visits all functions, in their order. */
  forEach(visit: (owner: string, app: string, name: string, f: number) => void): void {
    const [owners, apps] = [this.owners.values, this.apps.values];
    for (const [f, name] of this.names.entries()) visit(owners[this.ownerIds[f]!]!, apps[this.appIds[f]!]!, name, f);
  }

  private isOf(f: number, owner: number, app: number): boolean {
    return this.ownerIds[f] === owner && this.appIds[f] === app;
  }

  private push(owner: number, app: number, name: string): number {
    this.ownerIds.push(owner);
    this.appIds.push(app);
    this.triggers.push('');
    this.memoryMib.push(Number.NaN);
    return this.names.push(name) - 1;
  }

  /** Notes what starts the function. The first trigger that says something stays. */
  setTrigger(f: number, trigger: string): void {
    if (saysNothing(this.triggers[f]!) && trigger !== '') this.triggers[f] = trigger;
  }

  /** Notes the size of an instance in MiB; false, having done nothing, for what is no size. */
  setMemory(f: number, mib: number): boolean {
    if (!isMemoryMib(mib)) return false;
    this.memoryMib[f] = mib;
    return true;
  }

  /** The same for a size seen in one of the function's rows: an instance must hold the largest. */
  raiseMemory(f: number, mib: number): boolean {
    if (!isMemoryMib(mib)) return false;
    if (!(this.memoryMib[f]! >= mib)) this.memoryMib[f] = mib;
    return true;
  }

  /** The columns. An app that nobody named is the function itself, and an owner that nobody named is its app's own. */
  columns(): {name: TextColumn; app: LabelColumn; owner: LabelColumn; trigger: LabelColumn; memoryMib: Float64Array} {
    const triggers = new LabelTable();
    const app = named(this.appIds, this.apps, (f) => this.names[f]!);
    return {
      name: textColumn(this.names),
      app,
      owner: named(this.ownerIds, this.owners, (f) => app.values[app.id[f]!]!),
      trigger: {id: Int32Array.from(this.triggers, (text) => triggers.idOf(text)), values: triggers.values},
      memoryMib: Float64Array.from(this.memoryMib),
    };
  }
}

function saysNothing(trigger: string): boolean {
  return trigger === '' || /^(others?|unknown)$/i.test(trigger);
}

/** Labels of which '' is replaced by a name of its own that no other label has. */
function named(ids: readonly number[], labels: LabelTable, own: (f: number) => string): LabelColumn {
  if (!labels.values.includes('')) return {id: Int32Array.from(ids), values: labels.values};
  const given = new Set(labels.values);
  const all = new LabelTable();
  const id = Int32Array.from(ids, (label, f) => {
    const text = labels.values[label]!;
    return all.idOf(text === '' ? freeName(own(f), given) : text);
  });
  return {id, values: all.values};
}

function freeName(name: string, given: ReadonlySet<string>): string {
  return given.has(name) ? freeName(`${name}*`, given) : name;
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
