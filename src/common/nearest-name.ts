const MAX_SUGGESTIONS = 3;
const MAX_COMPARED_LENGTH = 100;

/**
 * The known names that are spelled most like a text, nearest first, at most three; for "did you mean". Case is ignored.
 *
 * @param maxDistance edits that count as alike; default a third of the text's length, at least 3
 */
export function nearestNames(
  text: string,
  known: readonly string[],
  maxDistance = Math.max(3, Math.floor(text.length / 3)),
): string[] {
  if (text.length > MAX_COMPARED_LENGTH) return [];
  return known
    .map((name) => ({ name, distance: editDistance(text.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= maxDistance)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name);
}

/** Characters to insert, delete or replace to get from one text to the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
