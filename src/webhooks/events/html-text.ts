import { decodeHTMLStrict } from 'entities/decode';
import { type MentionView } from './entity-view.types.js';

const BLOCKS: ReadonlySet<string> = new Set(
  'address article aside blockquote dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
);
/** Cells of a table. */
const CELLS: ReadonlySet<string> = new Set(['td', 'th']);
/** Plane's element for a mention, which usually has no text (docs/plane.md §6). */
const MENTION = 'mention-component';
const MENTION_ATTRIBUTE = /\s(label|title|entity_identifier|entity_name)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** `entity_name` of a mention of a user; absent in older releases. */
const USER = 'user_mention';
const MAX_MENTION_LENGTH = 200;
/** Elements whose content is not text. */
const HIDDEN: ReadonlySet<string> = new Set(['script', 'style']);

interface Tag {
  /** In lower case; empty for a comment or a declaration. */
  readonly name: string;
  readonly closing: boolean;
  /** The offset after it. */
  readonly end: number;
}

/** The offset after a tag's `>`; one in a quoted attribute does not count. -1 where there is none. */
function endOfTag(html: string, start: number): number {
  let quote = '';
  let last = '';
  for (let offset = start; offset < html.length; offset += 1) {
    const character = html.charAt(offset);
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '>') return offset + 1;
    else if (last === '=' && (character === '"' || character === "'")) quote = character;
    if (character > ' ') last = character;
  }
  return -1;
}

function endOfComment(html: string, start: number): number {
  const close = html.indexOf('-->', start);
  return close === -1 ? -1 : close + 3;
}

const TAG_START = /<(?:!--|[!?]|(\/?)([a-zA-Z][a-zA-Z\d:-]{0,63}))/y;

/** The tag at an offset; `undefined` where the `<` there is just text. An `end` of -1: it is never closed. */
function tagAt(html: string, offset: number): Tag | undefined {
  TAG_START.lastIndex = offset;
  const match = TAG_START.exec(html);
  if (match === null) return undefined;
  const [start, slash, name = ''] = match;
  const inside = offset + start.length;
  const end = start === '<!--' ? endOfComment(html, inside) : endOfTag(html, inside);
  return { name: name.toLowerCase(), closing: slash === '/', end };
}

function mentionAttributes(tag: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', quoted, apostrophed] of tag.matchAll(MENTION_ATTRIBUTE))
    attributes.set(name, decodeHTMLStrict(quoted ?? apostrophed ?? '').trim());
  return attributes;
}

/** `@` and the name in a mention's tag or among the given ones, else the id of who is mentioned; empty where it has neither. */
function mentionText(tag: string, namesById: ReadonlyMap<string, string>): string {
  const attributes = mentionAttributes(tag);
  const id = attributes.get('entity_identifier') ?? '';
  const names = [attributes.get('label'), attributes.get('title'), namesById.get(id), id];
  const found = names.find((each) => each !== undefined && each !== '') ?? '';
  return found === '' ? '' : `@${found.replace(/^@/, '').slice(0, MAX_MENTION_LENGTH)}`;
}

/** Collects text and line breaks: one line break where several blocks end together, a tab between cells of a row. */
class TextWriter {
  readonly #parts: string[] = [];
  #hidden = '';
  #afterBlockEnd = false;

  text(text: string): void {
    if (text === '' || this.#hidden !== '') return;
    this.#parts.push(decodeHTMLStrict(text));
    this.#afterBlockEnd = false;
  }

  tag({ name, closing }: Tag): void {
    if (HIDDEN.has(name)) this.#hidden = closing ? '' : this.#hidden || name;
    if (this.#hidden !== '') return;
    const cellEnd = closing && CELLS.has(name);
    const blockEnd = closing && BLOCKS.has(name);
    if (cellEnd) this.#separate('\t');
    else if (blockEnd && this.#parts.at(-1) === '\t') this.#separate('\n');
    else if (name === 'br' || name === 'hr' || (blockEnd && !this.#afterBlockEnd)) this.#parts.push('\n');
    this.#afterBlockEnd = blockEnd || cellEnd;
  }

  /** Takes the place of the separator of a block that ends here too. */
  #separate(separator: string): void {
    if (this.#afterBlockEnd) this.#parts.pop();
    this.#parts.push(separator);
  }

  toString(): string {
    return this.#parts.join('').trim();
  }
}

/** Whether text follows at once, and not the end of the element. */
function hasText(html: string, offset: number): boolean {
  return offset < html.length && html.charAt(offset) !== '<' && html.charAt(offset - 2) !== '/';
}

/** The tags of a piece of HTML with their offsets, up to one that is never closed, which is text. */
function* tagsOf(html: string): Generator<readonly [open: number, tag: Tag]> {
  let search = 0;
  while (search < html.length) {
    const open = html.indexOf('<', search);
    const tag = open === -1 ? undefined : tagAt(html, open);
    // After a tag that is never closed, every later `<` would be searched to the end again.
    if (open === -1 || tag?.end === -1) return;
    search = tag?.end ?? open + 1;
    if (tag !== undefined) yield [open, tag];
  }
}

/**
 * The text of a piece of HTML: tags are removed, character references that end with `;` decoded, `<br>` and the ends of
 * blocks become line breaks, the ends of cells tabs, mentions `@name` or `@id`; white space is trimmed at both ends. Any text is accepted; a tag that is never closed is
 * text. Takes linear time. The result is text, so escape it before it goes into a page.
 *
 * @param namesById names for mentions that have none
 */
export function textOfHtml(html: string, namesById: ReadonlyMap<string, string> = new Map()): string {
  const writer = new TextWriter();
  let offset = 0;
  for (const [open, tag] of tagsOf(html)) {
    writer.text(html.slice(offset, open));
    writer.tag(tag);
    const isEmptyMention = tag.name === MENTION && !tag.closing && !hasText(html, tag.end);
    if (isEmptyMention) writer.text(mentionText(html.slice(open, tag.end), namesById));
    offset = tag.end;
  }
  writer.text(html.slice(offset));
  return writer.toString();
}

/** The users that a piece of HTML mentions, each once, in the order of the text; `undefined` where there are none. */
export function mentionsOf(html: string): readonly MentionView[] | undefined {
  if (!html.includes(MENTION)) return undefined;
  const mentions = [...tagsOf(html)].filter(([, { name, closing }]) => name === MENTION && !closing);
  const ids = mentions.flatMap(([open, { end }]) => {
    const attributes = mentionAttributes(html.slice(open, end));
    const isUser = (attributes.get('entity_name') ?? USER) === USER;
    return isUser ? (attributes.get('entity_identifier') ?? []) : [];
  });
  const users = [...new Set(ids)].filter((id) => id !== '').map((id) => ({ id }));
  return users.length > 0 ? users : undefined;
}
