import { type DataSource } from 'typeorm';

/**
 * Selects the name of the schema of pg-boss's tables, which belong to one Hangar: `pgboss` for a Hangar in `public`, and for
 * one in another schema whose jobs are in `pgboss` already, as before each had its own; otherwise the own schema's name and
 * `_pgboss`. pg-boss allows 50 characters.
 *
 * A migration stores the result: it must not change.
 *
 * @param hasJobs SQL: whether this Hangar may have jobs
 */
export function queueSchemaRule(hasJobs: string): string {
  return `
    CASE WHEN current_schema() = 'public' OR (to_regnamespace('pgboss') IS NOT NULL AND (${hasJobs})) THEN 'pgboss'
         WHEN current_schema() ~ '^[a-z_][a-z0-9_]{0,42}$' THEN current_schema() || '_pgboss'
         ELSE 'pgboss_' || left(md5(current_schema()), 12) END`;
}

/** Whether a schema of that name is in the database. */
export async function schemaExists(dataSource: DataSource, name: string): Promise<boolean> {
  const [row] = await dataSource.query<{ found: boolean }[]>(
    'SELECT to_regnamespace(quote_ident($1)) IS NOT NULL AS found',
    [name],
  );
  return row?.found === true;
}

/** The schema of pg-boss's tables of this Hangar, as the migrations have stored it. */
export async function queueSchemaOf(dataSource: DataSource): Promise<string> {
  const [row] = await dataSource.query<{ name: string }[]>('SELECT name FROM queue_schema');
  if (!row) throw new Error('the table queue_schema is empty: restore it from a backup');
  return row.name;
}
