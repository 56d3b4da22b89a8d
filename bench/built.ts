type EmbeddedPostgresModule = typeof import('../src/database/embedded/embedded-postgres.js');
type MigrateModule = typeof import('../src/server/migrate.js');

const dist = (path: string): string => new URL(`../dist/src/${path}`, import.meta.url).href;

/** What the bench itself takes from the built server: its PostgreSQL and its schema. */
export const { EmbeddedPostgres } = (await import(
  dist('database/embedded/embedded-postgres.js')
)) as EmbeddedPostgresModule;
export const { migrateDatabase } = (await import(dist('server/migrate.js'))) as MigrateModule;
