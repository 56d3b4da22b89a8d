import { html } from '../../src/common/html.js';

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

const MENTION = /<mention-component\b[^>]*>/gi;

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

/** The mention of a user in a comment's HTML. It contains no text. */
export function mentionOf(userId: string): string {
  return html`<mention-component entity_identifier="${userId}" entity_name="user_mention"></mention-component>`.text;
}

/** {@link textOfHtml} with the mentioned users' names, as a person sees it. */
export function textWithMentions(markup: string, users: ReadonlyMap<string, { readonly displayName: string }>): string {
  const named = markup.replace(MENTION, (tag) => {
    const [, id = ''] = /entity_identifier="([^"]*)"/.exec(tag) ?? [];
    return html`@${users.get(id)?.displayName ?? 'unknown'}`.text;
  });
  return textOfHtml(named);
}

/** Whether the HTML mentions the user. */
export function mentions(markup: string, userId: string): boolean {
  return [...markup.matchAll(MENTION)].some(([tag]) => tag.includes(`entity_identifier="${userId}"`));
}

/** {@link htmlOfText} where `@name` is a mention of that user. */
export function htmlWithMention(text: string, user: { readonly id: string; readonly displayName: string }): string {
  return htmlOfText(text).replace(/(?<![\w@.])@([\w-]+)/g, (written, name) =>
    name === user.displayName ? mentionOf(user.id) : written,
  );
}
