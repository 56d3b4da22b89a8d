import { escapeControls } from './control-characters.js';

/** Markup that is already escaped; {@link html} inserts it unchanged. */
export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function isList(value: HtmlValue): value is readonly HtmlValue[] {
  return Array.isArray(value);
}

/** A value that {@link html} inserts. */
export type HtmlValue = Html | string | number | boolean | null | undefined | readonly HtmlValue[];

function escape(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (isList(value)) return value.map(escape).join('');
  if (value === undefined || value === null || value === false) return '';
  return escapeControls(String(value), '\t\n\r').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * A template tag for markup. Every inserted value is escaped, control characters too, except {@link Html} itself; lists are joined;
 * `undefined`, `null` and `false` insert nothing.
 */
export function html(parts: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(escape)));
}
