import { offsetOfTooMuch } from './json-depth.js';
import { malformed, MalformedPayloadError } from './malformed-payload.error.js';
import { isRecord } from './payload-fields.js';

/** Plane's payloads have fewer than ten levels, rich text fewer than fifty. */
const MAX_DEPTH = 200;
/** 5 MB of rich text, a sentence in each paragraph, count 380,000. A body of this many took up to 1 s of processor time and 60 MB. */
const MAX_VALUES = 600_000;

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new MalformedPayloadError(malformed.notUtf8());
  }
}

/** V8's message quotes the payload, so only the position is used. */
function positionOf(error: unknown): number | undefined {
  const position = error instanceof Error ? /at position (\d+)(?: \([^()]*\))?$/.exec(error.message)?.[1] : undefined;
  return position === undefined ? undefined : Number(position);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedPayloadError(malformed.notJson(positionOf(error)));
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

/**
 * Parses the JSON object in a body. Of two equal keys the last counts; a key like `__proto__` is an ordinary own property.
 *
 * @throws {MalformedPayloadError} where the body is empty, not UTF-8, not JSON, not an object, nested deeper than 200
 *   levels, or of more than 600,000 values
 */
export function parsePayload(body: Buffer): Record<string, unknown> {
  if (body.length === 0) throw new MalformedPayloadError(malformed.empty());
  const tooMuch = offsetOfTooMuch(body, MAX_DEPTH, MAX_VALUES);
  if (tooMuch !== undefined) throw new MalformedPayloadError(malformed.tooMuch(MAX_DEPTH, MAX_VALUES, tooMuch));
  const value = parseJson(decodeUtf8(body));
  if (!isRecord(value)) throw new MalformedPayloadError(malformed.notAnObject(kindOf(value)));
  return value;
}
