/** Longer words are cut; no search term is that long. */
const MAX_WORD_LENGTH = 64;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const ACCENTS = /[\u0300-\u036F]+/gu;

/** One word, or several adjacent ones, of a search. */
export interface SearchTerm {
  readonly words: readonly string[];
  /** The last word is a prefix. */
  readonly prefix: boolean;
}

/** The words of a text in order, in lower case and without accents (`Prüfung` is `prufung`). */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replaceAll(ACCENTS, '').normalize('NFKC').toLowerCase();
  return (plain.match(WORD) ?? []).map((word) => word.slice(0, MAX_WORD_LENGTH).toWellFormed());
}

/** The terms of a search: all must match; words in quotes must be adjacent; the last word may be a prefix. */
export function searchTerms(text: string): SearchTerm[] {
  const parts = text.split('"');
  const quotes = parts.length - 1;
  return parts.flatMap((part, index): SearchTerm[] => {
    const words = wordsOf(part);
    const closed = index % 2 === 1 && index < quotes;
    if (closed) return words.length === 0 ? [] : [{ words, prefix: false }];
    const typed = index === quotes && /[\p{L}\p{M}\p{N}]$/u.test(part);
    return words.map((word, place) => ({ words: [word], prefix: typed && place === words.length - 1 }));
  });
}
