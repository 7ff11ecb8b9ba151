import {escapeMarkup, printable} from '../../base/text.ts';

/** Markup that may stand in a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | undefined | readonly Html[];

/** Markup with values in it: whatever is no Html itself is escaped, in text and attributes alike. Lists are joined. */
export function html(pieces: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(pieces.map((piece, k) => piece + written(values[k])).join(''));
}

function written(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({text}) => text).join('');
  return escapeMarkup(printable(String(value)));
}

/** JSON for a script element: nothing in it can end the element or begin a comment. */
export function scriptJson(value: unknown): Html {
  return new Html(
    JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** A column of a table for people. */
export interface HtmlColumn<Row> {
  readonly title: string;
  readonly number?: boolean;
  readonly cell: (row: Row) => string | Html;
}

/** A table with a caption that a screen reader says. */
export function htmlTable<Row>(
  caption: string,
  columns: readonly HtmlColumn<Row>[],
  rows: readonly Row[],
  best: (row: Row) => boolean = () => false,
): Html {
  const heads = columns.map(({title, number}) => html`<th scope="col"${classOf(number)}>${title}</th>`);
  const lines = rows.map((row) => {
    const cells = columns.map(({number, cell}) => html`<td${classOf(number)}>${cell(row)}</td>`);
    return html`<tr${new Html(best(row) ? ' class="best"' : '')}>${cells}</tr>`;
  });
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

function classOf(number: boolean | undefined): Html {
  return new Html(number ? ' class="number"' : '');
}
