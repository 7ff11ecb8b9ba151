import {formatDollars, formatNumber, formatShare} from '../base/format.ts';
import {formatCount, formatTimeUs, US_PER_MS} from '../base/units.ts';
import {chooser} from './chart.ts';
import type {Figures, Functions} from './function-figures.ts';
import {orderBy} from './order.ts';

const ROW_PX = 28;
/** Rows beyond those that are seen, so that a short scroll shows no gap. */
const SPARE = 8;
/** Rows on paper, where nothing scrolls. */
const PRINTED = 100;
const FILTER_MS = 150;

interface Column {
  readonly title: string;
  readonly text?: true;
  readonly sortKeys: (functions: Functions, figures: Figures) => ArrayLike<number>;
  readonly cell: (functions: Functions, figures: Figures, row: number) => string;
}

const figure = (title: string, of: (figures: Figures) => Float64Array, shown: (value: number) => string): Column => ({
  title,
  sortKeys: (_, figures) => of(figures),
  cell: (_, figures, row) => {
    const value = of(figures)[row]!;
    return Number.isNaN(value) ? '–' : shown(value);
  },
});

const columns: readonly Column[] = [
  // Rows lie in the order of names.
  {
    title: 'function',
    text: true,
    sortKeys: ({rows}) => Uint32Array.from({length: rows}, (_, row) => row),
    cell: ({name}, _, row) => name.at(row),
  },
  {title: 'app', text: true, sortKeys: ({app}) => app.id, cell: ({app}, _, row) => app.at(row)},
  {title: 'owner', text: true, sortKeys: ({owner}) => owner.id, cell: ({owner}, _, row) => owner.at(row)},
  figure('calls', ({invocations}) => invocations, formatCount),
  figure('cold', ({cold}) => cold, formatCount),
  figure('cold share', ({coldShare}) => coldShare, formatShare),
  figure(
    'p99 delay',
    ({p99DelayMs}) => p99DelayMs,
    (ms) => formatTimeUs(ms * US_PER_MS),
  ),
  figure('busy GB-h', ({busyGbHours}) => busyGbHours, formatNumber),
  figure('idle GB-h', ({idleGbHours}) => idleGbHours, formatNumber),
  figure('dollars', ({usd}) => usd, formatDollars),
];
const DOLLARS = columns.length - 1;

/** A table of any number of functions: only the rows that are seen are in the document. */
export class FunctionTable {
  private readonly functions: Functions;
  private figures: Figures;
  private readonly scroller: HTMLElement;
  private readonly body: HTMLTableSectionElement;
  private readonly heads: HTMLTableCellElement[] = [];
  private readonly said: HTMLElement;
  private order: Uint32Array = new Uint32Array(0);
  private shown: Uint32Array = new Uint32Array(0);
  private sorted = {column: DOLLARS, rising: false};
  private wanted = '';
  private printing = false;

  constructor(place: HTMLElement, functions: Functions) {
    this.functions = functions;
    this.figures = functions.policies[0]!;
    this.said = document.createElement('p');
    this.said.setAttribute('role', 'status');
    this.scroller = document.createElement('div');
    this.scroller.className = 'rows';
    this.scroller.tabIndex = 0;
    this.scroller.setAttribute('role', 'region');
    this.scroller.setAttribute('aria-label', 'Functions, scrollable');
    const table = document.createElement('table');
    this.body = document.createElement('tbody');
    table.append(this.head(), this.body);
    this.scroller.append(table);
    place.replaceChildren(this.filterBox(), this.said, this.scroller);
    chooser(
      this.said,
      'Figures under',
      functions.policies.map(({policy}) => policy),
      (k) => {
        this.figures = functions.policies[k]!;
        this.sort();
      },
    );
    this.scroller.addEventListener('scroll', () => requestAnimationFrame(() => this.render()));
    addEventListener('beforeprint', () => this.print(true));
    addEventListener('afterprint', () => this.print(false));
  }

  private filterBox(): HTMLElement {
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.type = 'search';
    input.placeholder = 'part of a name, app or owner';
    let timer: ReturnType<typeof setTimeout> | undefined;
    input.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        this.wanted = input.value.trim().toLowerCase();
        this.filter();
      }, FILTER_MS);
    });
    label.append('Find ', input);
    label.className = 'chooser';
    return label;
  }

  private head(): HTMLTableSectionElement {
    const head = document.createElement('thead');
    const line = head.insertRow();
    for (const [k, {title, text}] of columns.entries()) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      if (!text) cell.className = 'number';
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = title;
      button.addEventListener('click', () => {
        const rising = this.sorted.column === k ? !this.sorted.rising : text === true;
        this.sorted = {column: k, rising};
        this.sort();
      });
      cell.append(button);
      line.append(cell);
      this.heads.push(cell);
    }
    return head;
  }

  private sort(): void {
    const {column, rising} = this.sorted;
    this.order = orderBy(columns[column]!.sortKeys(this.functions, this.figures));
    if (!rising) this.order.reverse();
    for (const [k, head] of this.heads.entries()) {
      if (k === column) head.setAttribute('aria-sort', rising ? 'ascending' : 'descending');
      else head.removeAttribute('aria-sort');
    }
    this.filter();
  }

  private filter(): void {
    const {wanted, functions, order} = this;
    if (wanted === '') this.shown = order;
    else {
      const {name, app, owner} = functions;
      const has = (text: string): boolean => text.toLowerCase().includes(wanted);
      // A label is looked at once, however many rows have it.
      const [byApp, byOwner] = [new Map<number, boolean>(), new Map<number, boolean>()];
      const labelHas = (known: Map<number, boolean>, labels: typeof app, row: number): boolean => {
        const id = labels.id[row]!;
        let its = known.get(id);
        if (its === undefined) known.set(id, (its = has(labels.at(row))));
        return its;
      };
      this.shown = order.filter(
        (row) => labelHas(byApp, app, row) || labelHas(byOwner, owner, row) || has(name.at(row)),
      );
    }
    this.said.textContent = `${formatCount(this.shown.length)} of ${formatCount(functions.rows)} functions, by ${columns[this.sorted.column]!.title}`;
    this.scroller.scrollTop = 0;
    this.render();
  }

  private print(on: boolean): void {
    this.printing = on;
    this.render();
  }

  private render(): void {
    const {scroller, shown, printing} = this;
    const seen = Math.ceil((scroller.clientHeight || 600) / ROW_PX);
    const first = printing ? 0 : Math.max(0, Math.floor(scroller.scrollTop / ROW_PX) - SPARE);
    const last = Math.min(shown.length, printing ? PRINTED : first + seen + 2 * SPARE);
    const lines: Node[] = [spacer(printing ? 0 : first)];
    for (let k = first; k < last; k++) lines.push(this.line(shown[k]!, k));
    lines.push(spacer(printing ? 0 : shown.length - last));
    this.body.replaceChildren(...lines);
    this.body.parentElement!.setAttribute('aria-rowcount', String(shown.length + 1));
  }

  private line(row: number, k: number): HTMLTableRowElement {
    const line = document.createElement('tr');
    line.setAttribute('aria-rowindex', String(k + 2));
    for (const {text, cell} of columns) {
      const td = line.insertCell();
      const shown = cell(this.functions, this.figures, row);
      td.textContent = shown;
      if (text) td.title = shown;
      else td.className = 'number';
    }
    return line;
  }
}

/** Takes the place of rows that are not in the document. */
function spacer(rows: number): HTMLTableRowElement {
  const line = document.createElement('tr');
  line.className = 'spacer';
  line.setAttribute('aria-hidden', 'true');
  line.style.height = `${rows * ROW_PX}px`;
  return line;
}
