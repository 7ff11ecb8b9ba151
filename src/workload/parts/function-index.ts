import {hashBytes, mixKeys} from '../../base/random.ts';
import {doubled, LabelTable, Utf8Column} from '../columns.ts';
import type {LabelColumn, Workload} from '../workload.ts';

/** Names of functions, apps and owners of several workloads: each function once, in order of first appearance. */
export class FunctionIndex {
  size = 0;
  private bytes = new Uint8Array(1 << 16);
  private used = 0;
  private offsets = new Int32Array(1024);
  private app = new Int32Array(1024);
  private owner = new Int32Array(1024);
  private trigger = new Int32Array(1024);
  private readonly apps = new LabelTable();
  private readonly owners = new LabelTable();
  private readonly triggers = new LabelTable();
  /** Functions by the hash of who they are, open addressing; -1: free. */
  private table = new Int32Array(2048).fill(-1);
  private hash = new Int32Array(1024);

  /** The number of each function of a workload. */
  add({functions, name, app, owner, trigger}: Workload): Int32Array {
    const apps = app.values.map((text) => this.apps.idOf(text));
    const owners = owner.values.map((text) => this.owners.idOf(text));
    const triggers = trigger.values.map((text) => this.triggers.idOf(text));
    return Int32Array.from({length: functions}, (_, f) => {
      const text = name.bytes.subarray(name.offsets[f]!, name.offsets[f + 1]!);
      return this.idOf(text, apps[app.id[f]!]!, owners[owner.id[f]!]!, triggers[trigger.id[f]!]!);
    });
  }

  columns(): Pick<Workload, 'functions' | 'name' | 'app' | 'owner' | 'trigger'> {
    const {size} = this;
    const labels = (ids: Int32Array, table: LabelTable): LabelColumn => ({
      id: ids.slice(0, size),
      values: table.values,
    });
    return {
      functions: size,
      name: new Utf8Column(this.bytes.slice(0, this.used), this.offsets.slice(0, size + 1)),
      app: labels(this.app, this.apps),
      owner: labels(this.owner, this.owners),
      trigger: labels(this.trigger, this.triggers),
    };
  }

  private idOf(text: Uint8Array, app: number, owner: number, trigger: number): number {
    const key = mixKeys(mixKeys(hashBytes(text, 0, text.length), app), owner);
    const mask = this.table.length - 1;
    let at = key & mask;
    for (let id = this.table[at]!; id >= 0; id = this.table[(at = (at + 1) & mask)]!) {
      if (this.hash[id] === key && this.app[id] === app && this.owner[id] === owner && this.isNamed(id, text)) {
        if (this.triggers.values[this.trigger[id]!] === '') this.trigger[id] = trigger;
        return id;
      }
    }
    return this.push(text, {key, app, owner, trigger}, at);
  }

  private isNamed(id: number, text: Uint8Array): boolean {
    const from = this.offsets[id]!;
    if (this.offsets[id + 1]! - from !== text.length) return false;
    for (let k = 0; k < text.length; k++) if (this.bytes[from + k] !== text[k]) return false;
    return true;
  }

  private push(
    text: Uint8Array,
    {key, app, owner, trigger}: {key: number; app: number; owner: number; trigger: number},
    at: number,
  ): number {
    const id = this.size++;
    if (id + 2 > this.offsets.length) this.offsets = doubled(this.offsets);
    if (id === this.app.length) {
      for (const column of ['app', 'owner', 'trigger', 'hash'] as const) this[column] = doubled(this[column]);
    }
    if (this.used + text.length > this.bytes.length) {
      const larger = new Uint8Array(2 * (this.bytes.length + text.length));
      larger.set(this.bytes.subarray(0, this.used));
      this.bytes = larger;
    }
    this.bytes.set(text, this.used);
    this.used += text.length;
    this.offsets[id + 1] = this.used;
    [this.app[id], this.owner[id], this.trigger[id], this.hash[id]] = [app, owner, trigger, key];
    this.table[at] = id;
    if (2 * this.size > this.table.length) this.rehash();
    return id;
  }

  private rehash(): void {
    const mask = 2 * this.table.length - 1;
    this.table = new Int32Array(mask + 1).fill(-1);
    for (let id = 0; id < this.size; id++) {
      let at = this.hash[id]! & mask;
      while (this.table[at]! >= 0) at = (at + 1) & mask;
      this.table[at] = id;
    }
  }
}
