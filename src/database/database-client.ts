import pg, { Client, type ClientConfig, Pool, type PoolConfig } from 'pg';
import { markDatabaseError } from '../common/database-error.js';

type Callback = (error: unknown, ...rest: unknown[]) => void;

/** A connection whose errors are known as the database's: see `isDatabaseUnavailable`. */
export class DatabaseClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', markDatabaseError);
  }

  // The overloads of pg are more than TypeScript can compare: all arguments are passed on as they are.
  override connect = marking(super.connect.bind(this)) as Client['connect'];
  override query = marking(super.query.bind(this)) as Client['query'];
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
function marking(run: (...args: never[]) => unknown): (...args: unknown[]) => unknown {
  return (...args) => {
    const last = args.at(-1);
    const passed = typeof last === 'function' ? [...args.slice(0, -1), marked(last as Callback)] : args;
    const result = run(...(passed as never[]));
    return result instanceof Promise ? result.catch(rethrow) : result;
  };
}

function marked(callback: Callback): Callback {
  return (error, ...rest) => {
    markDatabaseError(error);
    callback(error, ...rest);
  };
}

function rethrow(error: unknown): never {
  markDatabaseError(error);
  throw error;
}
