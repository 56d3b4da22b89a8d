/** What a process of the bench answers when it is asked. */
export type Answers = Readonly<Record<string, (argument: never) => unknown>>;

/** A question on its way to a child. */
interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

/** An answer on its way back. */
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** The first message of a child. */
export const READY = 'ready';

/** Called in a child once it can be used: tells its parent, answers its questions, and ends when the parent does. */
export function serveParent(answers: Answers = {}): void {
  process.on('SIGINT', () => undefined); // a terminal sends it to children too; the parent ends them
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ id, name, argument }: Question) => {
    Promise.resolve()
      .then(() => answers[name]?.(argument as never))
      .then(
        (value) => process.send?.({ id, value } satisfies Answer),
        (error: Error) => process.send?.({ id, error: String(error.stack ?? error) } satisfies Answer),
      );
  });
  process.send?.(READY);
}
