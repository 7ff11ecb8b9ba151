import {Html, html, htmlTable} from './html.ts';
import {factsList, type Section, shownNumber} from './sections.ts';
import type {OtherReport} from './sources.ts';

/** Rows of a table of a report that the page knows nothing of. */
const SHOWN = 200;
const COLUMNS = 14;

type Value = Readonly<Record<string, unknown>>;

/** A report of a kind that has no pictures of its own: its facts, and a table of every list in it. */
export function otherSection({path, schema, value}: OtherReport, k: number): Section {
  const name = schema.replace(/^coldfront\./, '').replace(/\/\d+$/, '');
  const facts = Object.entries(value).flatMap(([key, its]) =>
    key !== 'schema' && isScalar(its) ? [[words(key), cell(its)] as const] : [],
  );
  const nested = Object.entries(value).flatMap(([key, its]) =>
    isObject(its)
      ? Object.entries(its).flatMap(([inner, one]) =>
          isScalar(one) ? [[`${words(key)}, ${words(inner)}`, cell(one)] as const] : [],
        )
      : [],
  );
  const tables = Object.entries(value).flatMap(([key, its]) =>
    Array.isArray(its) && its.length > 0 ? [tableOf(key, its)] : [],
  );
  return {
    id: `other-${k + 1}`,
    title: name,
    body: html`<p class="source">${path}, ${schema}</p>${factsList([...facts, ...nested])}${tables}`,
  };
}

function tableOf(key: string, rows: readonly unknown[]): Html {
  const flat = rows.slice(0, SHOWN).map((row) => (isObject(row) ? flatten(row) : {value: row}));
  const names = [...new Set(flat.flatMap((row) => Object.keys(row)))].slice(0, COLUMNS);
  const isNumber = (name: string): boolean =>
    flat.every((row) => row[name] === null || row[name] === undefined || typeof row[name] === 'number');
  const more =
    rows.length > SHOWN ? html`<p class="soft">The first ${SHOWN} of ${rows.length} rows.</p>` : new Html('');
  return html`<h3>${words(key)}</h3>${htmlTable(
    words(key),
    names.map((name) => ({title: words(name), number: isNumber(name), cell: (row: Value) => cell(row[name])})),
    flat,
  )}${more}`;
}

/** Nested names joined by a dot; lists are left as JSON. */
function flatten(value: Value, prefix = ''): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, its] of Object.entries(value)) {
    if (isObject(its)) Object.assign(flat, flatten(its, `${prefix}${key}.`));
    else flat[prefix + key] = its;
  }
  return flat;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return shownNumber(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `p99StartMs` as `p99 start ms`. */
function words(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
