/** Invisible characters that editors, shells and copying add: blanks, line breaks, byte order marks, joiners. */
const UNSEEN = /^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu;
/** The closing quote of each opening one. */
const QUOTES: Readonly<Record<string, string>> = { '"': '"', "'": "'", '`': '`', '“': '”', '‘': '’', '„': '“' };

/** A configured text without invisible characters and one pair of quotes around it; quotes inside of it stay. */
export function trimmed(text: string): string {
  const bare = text.replaceAll(UNSEEN, '');
  const [opening = ''] = bare;
  const closing = QUOTES[opening];
  const inner = bare.slice(1, -1);
  const quoted = closing !== undefined && bare.length > 1 && bare.endsWith(closing);
  return quoted && !inner.includes(closing) ? inner.replaceAll(UNSEEN, '') : bare;
}
