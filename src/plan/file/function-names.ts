import type {Workload} from '../../workload/workload.ts';

/** Finds functions of a workload by name, and by app and owner where a name is not enough. */
export class FunctionNames {
  private readonly workload: Workload;
  private rowsOf: Map<string, number[]> | undefined;

  constructor(workload: Workload) {
    this.workload = workload;
  }

  /** All functions of that name; '' for app or owner means any. */
  find(name: string, app = '', owner = ''): number[] {
    const {workload} = this;
    const rows = this.index().get(name) ?? [];
    return rows.filter(
      (f) =>
        (app === '' || workload.app.values[workload.app.id[f]!] === app) &&
        (owner === '' || workload.owner.values[workload.owner.id[f]!] === owner),
    );
  }

  /** All functions that `name` or `owner/app/name` may mean. */
  meant(text: string): number[] {
    const rows = this.find(text);
    const [owner, app, ...rest] = text.split('/');
    return rows.length > 0 ? rows : this.find(rest.join('/'), app, owner);
  }

  /** `name`, or `owner/app/name` where the name alone would be another function's too. */
  describe(f: number): string {
    const {name, app, owner} = this.workload;
    const own = name.at(f);
    if (this.find(own).length === 1) return own;
    return `${owner.values[owner.id[f]!]}/${app.values[app.id[f]!]}/${own}`;
  }

  private index(): Map<string, number[]> {
    if (this.rowsOf) return this.rowsOf;
    const rowsOf = new Map<string, number[]>();
    for (let f = 0; f < this.workload.functions; f++) {
      const name = this.workload.name.at(f);
      const rows = rowsOf.get(name);
      if (rows) rows.push(f);
      else rowsOf.set(name, [f]);
    }
    this.rowsOf = rowsOf;
    return rowsOf;
  }
}
