/** What a process of the bench answers when it is asked. */
type Answers = Readonly<Record<string, (argument: never) => unknown>>;

/** An answer on its way back. */
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** The first message of a child. */
export const READY: 'ready';

/** Called in a child once it can be used: tells its parent, answers its questions, and ends when the parent does. */
export function serveParent(answers?: Answers): void;
