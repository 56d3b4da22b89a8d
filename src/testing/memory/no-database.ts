import { codedError } from '../../common/coded-error.js';

const needsDatabase = codedError(
  'needs_postgresql',
  501,
  'This needs PostgreSQL',
  (method: string) =>
    `The app under test has no database, and ${method} needs one: use createTestApp({ real: true }), which starts PostgreSQL.`,
);

/** What Nest calls where it is there. */
const NOT_METHODS = new Set([
  'then',
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

/** Stands for whatever belongs to the database. Its methods throw `needs_postgresql`, but for those that are given. */
export function withoutDatabase(name: string, given: object): object {
  return new Proxy(given, {
    get: (target, key) => {
      if (typeof key === 'symbol' || NOT_METHODS.has(key) || key in target) return Reflect.get(target, key) as unknown;
      return () => {
        throw needsDatabase(`${name}.${key}`);
      };
    },
  });
}
