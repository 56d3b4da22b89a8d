import { escapeControls } from '../common/control-characters.js';
import { type AttemptRecord, unawaitedText } from '../webhooks/deliveries/outcome.js';

/** Control characters, escape sequences and changes of text direction; not tabs and line breaks. */
const CONTROL_CHARACTERS = /(?![\t\n])[\p{Cc}\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Prints a command's result: one JSON document with `--json`, otherwise lines of text. Names and errors are untrusted:
 * control characters are escapes of JSON, in lines a replacement character.
 */
export function print(json: boolean | undefined, result: object, lines: readonly string[]): void {
  const text = lines.map((line) => `${line}\n`.replaceAll(CONTROL_CHARACTERS, '\uFFFD')).join('');
  process.stdout.write(json ? `${escapeControls(JSON.stringify(result))}\n` : text);
}

/** The options of every command. */
export interface CommonOptions {
  readonly json?: boolean;
}

/** Lines with aligned columns. Line breaks in cells become spaces, since names and errors are untrusted text. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[], empty = 'No results.'): string[] {
  if (rows.length === 0) return [empty];
  const all = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll(/[\t\n\r\u2028\u2029]+/g, ' ')));
  const widths = heads.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A duration for a person: `3 h`, `12 min`, `-40 s`. */
export function span(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 120) return `${Math.round(seconds)} s`;
  if (size < 7200) return `${Math.round(seconds / 60)} min`;
  if (size < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** The lines on an attempt in the output of a command. */
export function attemptLines({
  attempt,
  at,
  ms,
  outcome,
  reason,
  frames = [],
  unawaited = [],
}: AttemptRecord): string[] {
  const why = reason === undefined ? '' : `: ${reason}`;
  return [
    `  attempt ${attempt}  ${at}  ${ms} ms  ${outcome}${why}`,
    ...frames.map((frame) => `    at ${frame}`),
    ...(unawaited.length > 0 ? [`    ${unawaitedText(unawaited)}`] : []),
  ];
}
