import { type PlaneEvent } from '../events/plane-event.js';

/** The event of a comment that is a command. */
export type CommandEvent = PlaneEvent<'workitem.comment.created'>;

/** The value of an argument. */
export type CommandValue = string | number;

type Choices<T extends string> = T extends `${infer First}|${infer Rest}` ? First | Choices<Rest> : T;

/** The value by the type that stands after the argument's name. */
type ValueOf<T extends string> = T extends 'duration' | 'number' | 'integer'
  ? number
  : T extends 'text' | 'date' | 'user'
    ? string
    : T extends `${string}|${string}`
      ? Choices<T>
      : never;

type ArgumentOf<P extends string> = P extends `${infer N}...`
  ? { readonly [K in N]: string }
  : P extends `${infer N}:${infer T}`
    ? { readonly [K in N]: ValueOf<T> }
    : { readonly [K in P]: string };

type Parsed<S extends string> = S extends ` ${infer Rest}`
  ? Parsed<Rest>
  : S extends `<${infer P}>${infer Rest}`
    ? ArgumentOf<P> & Parsed<Rest>
    : S extends `[${infer P}]${infer Rest}`
      ? Partial<ArgumentOf<P>> & Parsed<Rest>
      : unknown;

/** The arguments of a command by the text that declares them: of `<delay:duration> [text...]`, `{ delay: number; text?: string }`. */
export type CommandArguments<S extends string> = string extends S
  ? Readonly<Record<string, CommandValue | undefined>>
  : { readonly [K in keyof Parsed<S>]: Parsed<S>[K] };

/**
 * A comment that is a command, as `@OnCommand` hands it to a method.
 *
 * @typeParam S the same text as `args` of the decorator: `PlaneCommand<typeof ARGS>`
 */
export interface PlaneCommand<S extends string = string> {
  /** With its slash, as it is declared. */
  readonly name: string;
  /** By the name of the argument; durations in seconds, dates as `2026-01-31`, users by their id in Plane. */
  readonly args: CommandArguments<S>;
  /** What stands after the name of the command, as it was written. */
  readonly text: string;
  readonly workItem: CommandEvent['workItem'];
  readonly comment: CommandEvent['comment'];
  readonly actor?: CommandEvent['actor'];
  readonly event: CommandEvent;
}
