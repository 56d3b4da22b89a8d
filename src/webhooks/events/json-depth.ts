const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** How a byte changes the depth: brackets do, other bytes do not. `[ ] { }` in ASCII. */
const STEP = new Int8Array(256);
STEP[0x5b] = 1;
STEP[0x7b] = 1;
STEP[0x5d] = -1;
STEP[0x7d] = -1;

/** The bytes that another value comes after: `[ { ,` in ASCII. */
const VALUE = new Int8Array(256);
VALUE[0x5b] = 1;
VALUE[0x7b] = 1;
VALUE[0x2c] = 1;

/** The offset after a string's closing quote; the end of the text where it has none. */
function endOfString(json: Uint8Array, start: number): number {
  let offset = start;
  while (offset < json.length && json[offset] !== QUOTE) offset += json[offset] === BACKSLASH ? 2 : 1;
  return offset + 1;
}

/**
 * The byte offset of what is too much in a JSON text: the first bracket that opens more than `maxDepth` levels of nesting, or
 * the first value after `maxValues`; `undefined` where nothing is. Brackets in strings do not count. Takes linear time and no stack, so it is safe before a recursive
 * parser. Accepts text that is not JSON.
 */
export function offsetOfTooMuch(
  json: Uint8Array,
  maxDepth: number,
  maxValues = Number.POSITIVE_INFINITY,
): number | undefined {
  let depth = 0;
  let values = 0;
  let offset = 0;
  while (offset < json.length) {
    const byte = json[offset] ?? 0;
    depth += STEP[byte] ?? 0;
    values += VALUE[byte] ?? 0;
    if (depth > maxDepth || values > maxValues) return offset;
    offset = byte === QUOTE ? endOfString(json, offset + 1) : offset + 1;
  }
  return undefined;
}
