import { html, type Html, type HtmlValue } from '../../common/html.js';

/** A cell; `head`: the header cell of the row. */
export type Cell = HtmlValue | { readonly head: HtmlValue };

/** A row; `id`: for a script that replaces it. */
export interface Row {
  readonly id?: string;
  readonly cells: readonly Cell[];
}

/** A table. */
export interface Table {
  /** For screen readers; not visible. */
  readonly caption: string;
  /** Column headers; `~`: only for screen readers. */
  readonly heads: readonly string[];
  readonly rows: readonly Row[];
  /** Shown instead of a table without rows. */
  readonly empty?: HtmlValue;
  /** The id of `tbody`, for a script that adds rows. */
  readonly bodyId?: string;
}

/**
 * A table in a scroll box; on a phone each row becomes a card. The roles are explicit because browsers drop them for
 * rows that are styled as blocks.
 */
export function tableView({ caption, heads, rows, empty, bodyId }: Table): Html {
  if (rows.length === 0 && bodyId === undefined) return html`<p class="empty">${empty ?? 'No results.'}</p>`;
  return html`<div class="scroll"><table role="table">
    <caption class="unseen">${caption}</caption>
    <thead role="rowgroup"><tr role="row">${heads.map(headView)}</tr></thead>
    <tbody role="rowgroup"${bodyId !== undefined && html` id="${bodyId}"`}>${rows.map((row) => rowView(heads, row))}</tbody>
  </table></div>${bodyId !== undefined && html`<p class="empty" data-empty${rows.length > 0 && ' hidden'}>${empty}</p>`}`;
}

/** One row, for a script that inserts it. */
export function rowView(heads: readonly string[], { id, cells }: Row): Html {
  return html`<tr role="row"${id !== undefined && html` id="${id}"`}>${cells.map((cell, index) =>
    cellView(heads[index] ?? '', cell),
  )}</tr>`;
}

function headView(text: string): Html {
  return text.startsWith('~')
    ? html`<th role="columnheader" scope="col"><span class="unseen">${text.slice(1)}</span></th>`
    : html`<th role="columnheader" scope="col">${text}</th>`;
}

function cellView(label: string, cell: Cell): Html {
  const shown = label.startsWith('~') ? '' : label;
  return isHead(cell)
    ? html`<th role="rowheader" scope="row" data-label="${shown}">${cell.head}</th>`
    : html`<td role="cell" data-label="${shown}">${cell}</td>`;
}

function isHead(cell: Cell): cell is { readonly head: HtmlValue } {
  return typeof cell === 'object' && cell !== null && 'head' in cell;
}
