import { type SearchTerm } from './search-words.js';

/** PostgreSQL's limits of a `tsvector`. */
const MAX_POSITION = 16_383;
const MAX_POSITIONS = 255;

/**
 * A `tsvector` as text: words with their positions, and identifiers as lexemes of their own. `to_tsvector` is not used: it
 * reads `/ping` as a path, which a search for `ping` does not match, and depends on the database's locale.
 */
export function vectorOf(words: readonly string[], identifiers: readonly string[]): string {
  const positions = new Map<string, number[]>();
  for (const [index, word] of words.entries()) {
    const at = positions.get(word);
    if (at === undefined) positions.set(word, [Math.min(index + 1, MAX_POSITION)]);
    else if (at.length < MAX_POSITIONS) at.push(Math.min(index + 1, MAX_POSITION));
  }
  const lexemes = [...positions].map(([word, at]) => `'${word}':${at.join(',')}`);
  return [...lexemes, ...identifiers.map((id) => identifierLexeme(id))].join(' ');
}

/** A `tsquery` as text for {@link vectorOf}: all of the terms. */
export function queryOf(terms: readonly SearchTerm[]): string {
  return terms
    .map(({ words, prefix }) => {
      const lexemes = words.map((word) => `'${word}'`).join(' <-> ');
      return prefix ? `${lexemes}:*` : `(${lexemes})`;
    })
    .join(' & ');
}

/** The lexeme of an identifier; its `=` keeps it apart from words. */
export function identifierLexeme(id: string): string {
  const quoted = id.toLowerCase().replaceAll('\\', '\\\\').replaceAll("'", "''");
  return `'=${quoted}'`;
}
