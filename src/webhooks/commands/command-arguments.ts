import { secondsOf } from '../../common/duration.js';
import { type Parameter } from './command-grammar.js';
import { type CommandValue } from './plane-command.js';

/** What a user wrote, by the names of the arguments; or what is wrong with it, for that user to read. */
export type ParsedArguments =
  { readonly values: Readonly<Record<string, CommandValue>> } | { readonly problem: string };

interface Word {
  readonly text: string;
  /** Where it begins. */
  readonly start: number;
}

/** A word, or several in quotes, straight or curly. */
const WORD = /"(?<straight>[^"]*)"|“(?<curly>[^”]*)”|\S+/g;
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;
const INTEGER = /^[+-]?\d{1,15}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const USER = /^@?(?<id>[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;

/** What each type takes, for people. */
const TAKES: Readonly<Record<string, string>> = {
  text: 'a word, or several in quotes',
  duration: 'a duration such as 90s, 15m, 2h, 1h30m, 3d or 1w',
  number: 'a number',
  integer: 'a whole number',
  date: 'a date such as 2026-01-31',
  user: 'a mention of a person',
};

const READERS: Readonly<Record<string, (text: string) => CommandValue | undefined>> = {
  text: (text) => text,
  duration: secondsOf,
  number: (text) => (NUMBER.test(text) ? Number(text) : undefined),
  integer: (text) => (INTEGER.test(text) ? Number(text) : undefined),
  date: (text) => (isDate(text) ? text : undefined),
  user: (text) => USER.exec(text)?.groups?.['id'],
};

/** What an argument takes, for people. */
export function takenBy({ type, rest }: Parameter): string {
  if (rest) return 'the rest of the text';
  return TAKES[type] ?? `one of ${type.split('|').join(', ')}`;
}

/** Reads the arguments from what stands after the name of a command. */
export function parseArguments(parameters: readonly Parameter[], text: string): ParsedArguments {
  const words = wordsOf(text);
  const values: Record<string, CommandValue> = {};
  for (const [index, parameter] of parameters.entries()) {
    const { name, required, rest } = parameter;
    const word = words[index];
    if (!word && required) return { problem: `"${name}" is missing: it takes ${takenBy(parameter)}` };
    if (!word) break;
    const value = rest ? text.slice(word.start).trim() : readerOf(parameter)(word.text);
    if (value === undefined) return { problem: `"${name}" takes ${takenBy(parameter)}, not "${word.text}"` };
    values[name] = value;
  }
  const extra = parameters.at(-1)?.rest === true ? undefined : words[parameters.length];
  return extra ? { problem: `"${extra.text}" is one argument too many` } : { values };
}

function wordsOf(text: string): Word[] {
  return [...text.matchAll(WORD)].map(({ 0: word, index, groups }) => ({
    text: groups?.['straight'] ?? groups?.['curly'] ?? word,
    start: index,
  }));
}

function readerOf({ type }: Parameter): (text: string) => CommandValue | undefined {
  return READERS[type] ?? ((text) => type.split('|').find((choice) => choice.toLowerCase() === text.toLowerCase()));
}

function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
