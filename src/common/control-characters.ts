/**
 * Characters that a terminal or a viewer of logs obeys instead of showing: C0, DEL, C1, line and paragraph separators, and
 * those that change the direction of text. Lone surrogates are no text at all.
 */
const CONTROLS = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;
const HEX = 16;
const HEX_DIGITS = 4;

/** The text with control characters as JSON escapes (`\u001b`). @param kept characters that stay */
export function escapeControls(text: string, kept = ''): string {
  return text.replaceAll(CONTROLS, (character) =>
    kept.includes(character) ? character : `\\u${character.charCodeAt(0).toString(HEX).padStart(HEX_DIGITS, '0')}`,
  );
}
