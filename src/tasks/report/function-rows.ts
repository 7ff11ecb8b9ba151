import type {FunctionsData} from '../../page/page-data.ts';
import {packDoubles, packLabels, packTexts} from './pack.ts';

/** What a policy did to a function; NaN where that is not known. */
export interface FunctionFigures {
  readonly invocations: number;
  readonly cold: number;
  readonly p99DelayMs: number;
  readonly busyGbSeconds: number;
  readonly idleGbSeconds: number;
  readonly usd: number;
}

const figureNames = ['invocations', 'cold', 'p99DelayMs', 'busyGbSeconds', 'idleGbSeconds', 'usd'] as const;

/** Functions by name, app and owner, and what each policy did to them. */
export class FunctionRows {
  private readonly row = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly apps: string[] = [];
  private readonly owners: string[] = [];
  private readonly policies = new Map<string, Record<(typeof figureNames)[number], number[]>>();

  get empty(): boolean {
    return this.names.length === 0;
  }

  /** A figure that is told twice holds as it was told last. */
  add(policy: string, [name, app, owner]: readonly [string, string, string], figures: FunctionFigures): void {
    const key = `${name}\0${app}\0${owner}`;
    let row = this.row.get(key);
    if (row === undefined) {
      row = this.names.push(name) - 1;
      this.row.set(key, row);
      this.apps.push(app);
      this.owners.push(owner);
    }
    let columns = this.policies.get(policy);
    if (columns === undefined) {
      columns = Object.fromEntries(figureNames.map((figure) => [figure, [] as number[]])) as typeof columns & object;
      this.policies.set(policy, columns);
    }
    for (const figure of figureNames) columns[figure][row] = figures[figure];
  }

  /** Dollars and calls of each owner under each policy. */
  byOwner(): Map<string, Map<string, {usd: number; invocations: number}>> {
    const bills = new Map<string, Map<string, {usd: number; invocations: number}>>();
    for (const [policy, {usd, invocations}] of this.policies) {
      const bill = new Map<string, {usd: number; invocations: number}>();
      for (const [row, owner] of this.owners.entries()) {
        if (usd[row] === undefined || Number.isNaN(usd[row])) continue;
        const own = bill.get(owner) ?? {usd: 0, invocations: 0};
        bill.set(owner, {usd: own.usd + usd[row], invocations: own.invocations + (invocations[row] ?? 0)});
      }
      bills.set(policy, bill);
    }
    return bills;
  }

  /** Rows in ascending order of name, app and owner, as the page wants them. */
  packed(): FunctionsData {
    const {names, apps, owners} = this;
    const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    const order = Array.from(names.keys()).sort(
      (a, b) => compare(names[a]!, names[b]!) || compare(apps[a]!, apps[b]!) || compare(owners[a]!, owners[b]!),
    );
    const inOrder = (texts: readonly string[]): string[] => order.map((row) => texts[row]!);
    return {
      rows: names.length,
      name: packTexts(inOrder(names)),
      app: packLabels(inOrder(apps)),
      owner: packLabels(inOrder(owners)),
      policies: Array.from(this.policies, ([policy, columns]) => {
        const column = (figure: (typeof figureNames)[number]) =>
          packDoubles(Float64Array.from(order, (row) => columns[figure][row] ?? Number.NaN));
        const packed = Object.fromEntries(figureNames.map((figure) => [figure, column(figure)]));
        return {policy, ...packed} as FunctionsData['policies'][number];
      }),
    };
  }
}
