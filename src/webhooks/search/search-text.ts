import { textOfHtml } from '../events/html-text.js';
import { isRecord } from '../events/payload-fields.js';
import { parsePayload } from '../events/payload-parser.js';
import { wordsOf } from './search-words.js';

/** Characters that are indexed of one field and of one payload: enough to find it, and rows stay small. */
const MAX_FIELD_LENGTH = 2000;
const MAX_TEXT_LENGTH = 4000;
const MAX_WORDS = 400;
/** Values that are read for them: a work item has hundreds. */
const MAX_VALUES = 20_000;

/** Fields that people do not search: identifiers, times, URLs, colours, the envelope, other forms of the same text. */
const IGNORED_FIELD =
  /^(id|ids|version|event|action|source|entity_type|event_type|avatar|logo_props|cover_image|color|url|access|identifier)$|_(id|ids|at|on|date|url|json|binary|props|image|identifier)$/;
const IGNORED_VALUE =
  /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d{4}-\d\d-\d\d[T ].*|https?:\/\/\S*|#[\da-f]{3,8})$/i;

/** The words that a delivery is found by: names, comments, descriptions, people. Empty for a malformed body. */
export function searchWordsOf(body: Buffer): string[] {
  try {
    return wordsOf(textOf(parsePayload(body))).slice(0, MAX_WORDS);
  } catch {
    return [];
  }
}

/** Each text once, although an update repeats it among its old and new values. */
function textOf(payload: object): string {
  const texts = new Set<string>();
  let length = 0;
  let values = 0;
  const collect = (value: unknown, key: string): void => {
    if (length >= MAX_TEXT_LENGTH || values >= MAX_VALUES || IGNORED_FIELD.test(key)) return;
    values++;
    if (typeof value === 'string') {
      const text = readable(value, key);
      if (text === '' || texts.has(text)) return;
      texts.add(text);
      length += text.length;
    } else if (Array.isArray(value)) for (const item of value) collect(item, key);
    else if (isRecord(value)) for (const name of Object.keys(value)) collect(value[name], name);
  };
  collect(payload, '');
  return [...texts].join('\n').slice(0, MAX_TEXT_LENGTH);
}

function readable(value: string, key: string): string {
  if (IGNORED_VALUE.test(value)) return '';
  const start = value.slice(0, MAX_FIELD_LENGTH * 4);
  return (key.endsWith('_html') || key === 'html' ? textOfHtml(start) : start).trim().slice(0, MAX_FIELD_LENGTH);
}
