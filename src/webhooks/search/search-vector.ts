import { type SearchTerm } from './search-words.js';

/** PostgreSQL keeps no further positions. */
const LAST_POSITION = 16_383;
const MAX_POSITIONS = 255;

/**
 * A `tsvector` in text: words with their positions, and identifiers apart from them. It is made here and not by
 * `to_tsvector`, which takes `/ping` for a path, so that `ping` would not find it, and depends on the database's locale.
 */
export function vectorOf(words: readonly string[], identifiers: readonly string[]): string {
  const positions = new Map<string, number[]>();
  for (const [index, word] of words.entries()) {
    const known = positions.get(word);
    if (known === undefined) positions.set(word, [Math.min(index + 1, LAST_POSITION)]);
    else if (known.length < MAX_POSITIONS) known.push(Math.min(index + 1, LAST_POSITION));
  }
  const lexemes = [...positions].map(([word, at]) => `'${word}':${at.join(',')}`);
  return [...lexemes, ...identifiers.map((id) => identifierLexeme(id))].join(' ');
}

/** A `tsquery` in text that {@link vectorOf} answers: all of the terms. */
export function queryOf(terms: readonly SearchTerm[]): string {
  return terms
    .map(({ words, prefix }) => {
      const lexemes = words.map((word) => `'${word}'`).join(' <-> ');
      return prefix ? `${lexemes}:*` : `(${lexemes})`;
    })
    .join(' & ');
}

/** An identifier; no word begins so. */
export function identifierLexeme(id: string): string {
  const quoted = id.toLowerCase().replaceAll('\\', '\\\\').replaceAll("'", "''");
  return `'=${quoted}'`;
}
