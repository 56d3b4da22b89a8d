import { html, type Html, type HtmlValue } from '../../common/html.js';

/** A cell, or one that names its row. */
export type Cell = HtmlValue | { readonly head: HtmlValue };

/** A row; `id` where a script replaces it. */
export interface Row {
  readonly id?: string;
  readonly cells: readonly Cell[];
}

/** A table. */
export interface Table {
  /** What it holds; read out, and shown where `showCaption` says so. */
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly Row[];
  /** Instead of a table without rows. */
  readonly empty?: HtmlValue;
  /** The id of its body, for a script that adds rows. */
  readonly bodyId?: string;
}

/**
 * A table in its own scroll box; on a phone each row becomes a card. The roles are said because browsers drop them
 * where a style sheet makes blocks of rows.
 */
export function tableView({ caption, heads, rows, empty, bodyId }: Table): Html {
  if (rows.length === 0 && bodyId === undefined)
    return html`<p class="empty">${empty ?? 'There are none.'}</p>`;
  return html`<div class="scroll"><table role="table">
    <caption class="unseen">${caption}</caption>
    <thead role="rowgroup"><tr role="row">${heads.map(headView)}</tr></thead>
    <tbody role="rowgroup"${bodyId !== undefined && html` id="${bodyId}"`}>${rows.map((row) => rowView(heads, row))}</tbody>
  </table></div>${bodyId !== undefined && html`<p class="empty" data-empty${rows.length > 0 && ' hidden'}>${empty}</p>`}`;
}

/** One row, as a script puts it in. */
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
