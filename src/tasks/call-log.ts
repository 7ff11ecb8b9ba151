import {usageError} from '../base/errors.ts';
import {writeOutput} from '../files/output.ts';
import {RowStore} from '../files/row-store.ts';
import {type RowTable, writeCsvRows, writeParquetRows} from '../files/row-table.ts';
import {type Cut, callsTold, callTable} from '../replay/log/call-table.ts';
import type {ToldRows} from '../replay/log/told-rows.ts';
import {isBound, type PolicyChoice} from '../replay/policies/policy.ts';
import {policies as registry} from '../replay/policies/registry.ts';
import {writeArrowRows} from '../workload/file/arrow-rows.ts';
import type {Workload} from '../workload/workload.ts';

const forms = ['csv', 'arrow', 'parquet'] as const;
type Form = (typeof forms)[number];

/** What a table of that name is written as; stdout is CSV. `flag` names it in messages. */
export function tableFormOf(path: string, flag: string): Form {
  if (path === '-' || path.startsWith('/dev/')) return 'csv';
  const form = forms.find((one) => path.toLowerCase().endsWith(`.${one}`));
  if (form !== undefined) return form;
  throw usageError(`${flag} is '${path}', must end in ${forms.map((one) => `.${one}`).join(', ')}`);
}

/** Writes a table as its name says, whole or not at all. */
export function writeTable(path: string, force: boolean, table: RowTable, kind: string): void {
  const form = tableFormOf(path, 'the table');
  writeOutput(path, force, (sink) => {
    if (form === 'csv') writeCsvRows(table, sink);
    else if (form === 'parquet') writeParquetRows(table, sink);
    else writeArrowRows(table, new Map([['kind', kind]]), sink);
  });
}

/** A table of that name needs something that is replayed; `flag` asks for it. */
export function refuseBounds(policies: readonly PolicyChoice[], flag: string, path: string): void {
  tableFormOf(path, flag);
  const bound = policies.find(({name}) => isBound(registry.named(name)));
  if (bound === undefined) return;
  throw usageError(
    `${flag} tells of what is replayed, and ${bound.text} is a bound: it is computed`,
    `leave out ${flag} or that policy`,
  );
}

/** The call log of a replay: hears every call, puts it aside, and is written when all are there. */
export class CallLogFile {
  private readonly path: string;
  private readonly store: RowStore;
  private readonly told: ToldRows;
  private cuts: readonly Cut[] = [];

  constructor(path: string, policies: readonly PolicyChoice[]) {
    refuseBounds(policies, '--calls', path);
    this.path = path;
    this.store = new RowStore(path);
    this.told = callsTold(this.store);
  }

  begin(cuts: readonly Cut[]): void {
    this.cuts = cuts;
  }

  take(policy: number, cell: number, rows: Float64Array): void {
    this.told.add(policy, cell, rows);
  }

  write(workload: Workload, policies: readonly PolicyChoice[], force: boolean): void {
    const names = policies.map(({text}) => text);
    writeTable(this.path, force, callTable(workload, names, this.told, this.cuts), 'coldfront.calls');
  }

  close(): void {
    this.store.close();
  }
}
