import { html } from '../../src/common/html.js';

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function decode(entity: string, name: string): string {
  if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
  if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
  return NAMED[name] ?? entity;
}

/** The text of a comment's HTML, as Plane's `comment_stripped`: without tags, entities decoded. */
export function textOfHtml(markup: string): string {
  return markup
    .replace(/<br\s*\/?>|<\/p>(?=.)/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#x[0-9a-f]{1,5}|#\d{1,6}|[a-z]+);/gi, decode)
    .trim();
}

/** The HTML that Plane's editor creates from text: a paragraph per line. */
export function htmlOfText(text: string): string {
  const lines = text.split(/\r?\n/);
  return html`${lines.map((line) => html`<p>${line}</p>`)}`.text;
}
