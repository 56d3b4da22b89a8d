import { Logger } from '@nestjs/common';
import { type RunNotes } from './handler-run.js';

const MAX_REPORTED = 10;

interface Call {
  readonly name: string;
  promise?: Promise<unknown>;
}

/**
 * The calls that the method of a run makes with its context. One that is still running when the method has ended was
 * probably not awaited: its failure would be noticed by nothing, and a shutdown does not wait for it.
 */
export class RunCalls {
  private readonly running = new Set<Call>();
  private readonly logger = new Logger('HandlerRunnerService');
  private ended = false;

  /** @param fields of each log line: the handler, and what it ran on */
  constructor(private readonly fields: Readonly<Record<string, unknown>>) {}

  /** Makes a call. @param name as the author writes it behind `context.`, such as `plane.users.me` */
  watch<T>(name: string, work: () => Promise<T>): Promise<T> {
    const call: Call = { name };
    this.running.add(call);
    const promise = this.run(call, work);
    call.promise = promise;
    if (this.ended) this.leave(call, 'a call was made after the run had ended');
    return promise;
  }

  /** {@link watch} for the calls of a client. @param client as the author writes it behind `context.` */
  watcher(client: string): <T>(method: string, work: () => Promise<T>) => Promise<T> {
    return (method, work) => this.watch(`${client}.${method}`, work);
  }

  /** The asynchronous functions of an object, watched. @param prefix of their names */
  watched<T extends object>(prefix: string, object: T): T {
    const entries = Object.entries(object).map(([key, method]: [string, (...args: unknown[]) => Promise<unknown>]) => {
      return [key, (...args: unknown[]) => this.watch(prefix + key, () => method(...args))];
    });
    return Object.fromEntries(entries) as T;
  }

  /**
   * The method has ended by itself. Reports the calls that are still running in the log, and keeps their failures from
   * becoming unhandled rejections.
   *
   * @returns the names of at most ten of them
   */
  end(): string[] {
    this.ended = true;
    for (const call of this.running)
      this.leave(call, 'a call was still running when the run ended: it was not awaited');
    return [...this.running].map(({ name }) => name).slice(0, MAX_REPORTED);
  }

  private async run<T>(call: Call, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.running.delete(call);
    }
  }

  private leave({ name, promise }: Call, msg: string): void {
    const fields = { ...this.fields, call: `context.${name}` };
    this.logger.warn({ msg, ...fields });
    promise?.catch((err: unknown) => {
      this.logger.error({ msg: 'a call that was not awaited failed', ...fields, err });
    });
  }
}

/** Calls the method of a run; at its end the calls that it did not wait for are noted. */
export async function withCalls(
  { calls, notes }: { readonly calls: RunCalls; readonly notes: RunNotes },
  method: () => unknown,
): Promise<void> {
  try {
    await method();
  } finally {
    const unawaited = calls.end();
    if (unawaited.length > 0) notes.unawaited = unawaited;
  }
}
