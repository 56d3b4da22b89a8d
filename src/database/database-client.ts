import pg, { Client, type ClientConfig, type Connection, Pool, type PoolConfig } from 'pg';
import { markDatabaseError } from '../common/database-error.js';
import { READ_ONLY } from '../common/database-unavailable.js';

type Callback = (error: unknown, ...rest: unknown[]) => void;

/** pg's error where `query_timeout` is over. */
const TIMEOUT = 'Query read timeout';

/**
 * A connection whose errors are known as the database's: see `isDatabaseUnavailable`. It is closed where the server is
 * read-only, or does not respond in time: a new one may reach the new primary.
 */
export class DatabaseClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', markDatabaseError);
  }

  // The overloads of pg are more than TypeScript can compare: all arguments are passed on as they are.
  override connect = marking(super.connect.bind(this)) as Client['connect'];
  override query = marking(super.query.bind(this), (error) => this.closeIfUseless(error)) as Client['query'];

  private closeIfUseless(error: unknown): void {
    if (!(error instanceof Error)) return;
    if ((error as { code?: unknown }).code === READ_ONLY || error.message === TIMEOUT)
      (this as unknown as { connection: Connection }).connection.stream.destroy();
  }
}

/** The pool of TypeORM: marks what its own errors are, such as that no connection became free in time. */
class DatabasePool extends Pool {
  constructor(config?: PoolConfig) {
    super(config);
    this.on('error', markDatabaseError);
  }

  override connect = marking(super.connect.bind(this)) as unknown as Pool['connect'];
}

/** The driver as TypeORM takes it. */
export const DATABASE_DRIVER = { ...pg, Pool: DatabasePool };

/** The function, which marks the error that it passes to its callback, or that its promise rejects with. */
function marking(
  run: (...args: never[]) => unknown,
  onError: (error: unknown) => void = () => undefined,
): (...args: unknown[]) => unknown {
  const mark = (error: unknown): void => {
    markDatabaseError(error);
    onError(error);
  };
  return (...args) => {
    const last = args.at(-1);
    const passed = typeof last === 'function' ? [...args.slice(0, -1), marked(last as Callback, mark)] : args;
    const result = run(...(passed as never[]));
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      mark(error);
      throw error;
    });
  };
}

function marked(callback: Callback, mark: (error: unknown) => void): Callback {
  return (error, ...rest) => {
    if (error) mark(error);
    callback(error, ...rest);
  };
}
