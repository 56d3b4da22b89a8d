import { type Secret } from '../common/secret.js';

const HIDDEN = '[secret]';
const CREDENTIALS = /\b(Basic|Bearer)\s+[\w+/=.~-]+/gi;
/** A shorter piece of base64 would take away too much of an innocent text. */
const MIN_PIECE_LENGTH = 6;

/**
 * Takes every secret out of a text, whoever repeated it there: as it is, URL- and form-encoded, inside JSON,
 * and inside base64 at whatever place (HTTP Basic credentials); and all that follows `Basic` or `Bearer`.
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
  return [
    value,
    encodeURIComponent(value),
    form,
    JSON.stringify(value).slice(1, -1),
    ...base64,
    ...base64url,
  ];
}

/** The characters of the base64 that are the value's alone where so many bytes (modulo 3) stand before it. */
function base64Piece(value: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
  return whole.slice(before === 0 ? 0 : 4);
}
