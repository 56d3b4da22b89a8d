import { type Secret } from '../common/secret.js';

const HIDDEN = '[secret]';
const CREDENTIALS = /\b(Basic|Bearer)\s+[\w+/=.~-]+/gi;
/** A shorter piece of base64 would match text that is no secret. */
const MIN_PIECE_LENGTH = 6;

/**
 * Removes every secret from a text: as it is, URL- and form-encoded, in JSON, and in base64 at any offset (HTTP Basic
 * credentials); and whatever follows `Basic` or `Bearer`.
 */
export function scrub(text: string, secrets: readonly Secret[]): string {
  const forms = secrets.flatMap((secret) => formsOf(secret.reveal())).toSorted((a, b) => b.length - a.length);
  const scrubbed = forms.reduce((rest, form) => rest.replaceAll(form, HIDDEN), text);
  return scrubbed.replaceAll(CREDENTIALS, `$1 ${HIDDEN}`);
}

function formsOf(value: string): string[] {
  if (value === '') return [];
  const base64 = [0, 1, 2]
    .map((before) => base64Piece(value, before))
    .filter(({ length }) => length >= MIN_PIECE_LENGTH);
  const base64url = base64.map((piece) => piece.replaceAll('+', '-').replaceAll('/', '_'));
  const form = new URLSearchParams({ value }).toString().slice('value='.length);
  return [value, encodeURIComponent(value), form, JSON.stringify(value).slice(1, -1), ...base64, ...base64url];
}

/** The characters of the base64 that depend on the value alone where `before` bytes (modulo 3) precede it. */
function base64Piece(value: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  return whole.slice(before === 0 ? 0 : 4);
}
