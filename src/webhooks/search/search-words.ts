/** Longer runs of letters are nothing that a person would type. */
const MAX_WORD_LENGTH = 64;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const ACCENTS = /[\u0300-\u036F]+/gu;

/** A word, or several that stand next to each other, as it is looked for. */
export interface SearchTerm {
  readonly words: readonly string[];
  /** The last word may go on. */
  readonly prefix: boolean;
}

/** The words of a text, in order, as they are compared: in lower case and without accents (`Prüfung` is `prufung`). */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replaceAll(ACCENTS, '').normalize('NFKC').toLowerCase();
  return (plain.match(WORD) ?? []).map((word) => word.slice(0, MAX_WORD_LENGTH).toWellFormed());
}

/** What a person typed: words that must all be there, those in quotes as they stand; the last may be half typed. */
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
