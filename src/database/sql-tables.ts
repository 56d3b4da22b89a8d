import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

type Columns = Record<string, EntitySchemaColumnOptions>;

const now = (): string => 'now()';
const emptyList = (): string => `'[]'`;
/** Indexes that TypeORM cannot describe (expressions, GIN): the drift check ignores them. */
const undescribed = (...names: string[]): { name: string; synchronize: false }[] =>
  names.map((name) => ({ name, synchronize: false }));

/** Columns of the primary key, whose constraint has the name that PostgreSQL gives it. */
function keyOf(table: string, columns: Columns): Columns {
  const primaryKeyConstraintName = `${table}_pkey`;
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, { ...column, primary: true, primaryKeyConstraintName }]),
  );
}

/**
 * The tables that only SQL statements read and write, so that they have no entity class. They are declared for the drift
 * check of the migrations (`typeorm migration:generate --check`).
 */
export const SQL_TABLES = [
  new EntitySchema({
    name: 'parked_jobs',
    columns: {
      ...keyOf('parked_jobs', { id: { type: 'uuid' } }),
      queue: { type: 'text' },
      data: { type: 'jsonb' },
      awaits: { type: 'text' },
      parked_at: { type: 'timestamptz', default: now },
    },
    indices: [
      { name: 'parked_jobs_awaits_idx', columns: ['awaits'] },
      { name: 'parked_jobs_parked_idx', columns: ['parked_at'] },
      ...undescribed('parked_jobs_delivery_idx'),
    ],
  }),
  new EntitySchema({
    name: 'queue_lines',
    columns: {
      ...keyOf('queue_lines', {
        queue: { type: 'text' },
        line: { type: 'text' },
        // The type of `generated` in entity schemas lacks `identity`.
        position: { type: 'bigint', generated: 'identity' as 'increment' },
      }),
      data: { type: 'jsonb' },
      priority: { type: 'integer' },
      wait_seconds: { type: 'double precision' },
      job_id: { type: 'uuid', nullable: true },
      added_at: { type: 'timestamptz', default: now },
    },
    indices: [
      { name: 'queue_lines_job_idx', columns: ['job_id'], where: 'job_id IS NOT NULL' },
      ...undescribed('queue_lines_delivery_idx'),
    ],
  }),
  new EntitySchema({
    name: 'delivery_outcomes',
    columns: {
      ...keyOf('delivery_outcomes', { delivery_id: { type: 'uuid' }, handler: { type: 'text' } }),
      state: { type: 'text' },
      attempts: { type: 'jsonb', default: emptyList },
      log: { type: 'jsonb', default: emptyList },
      last_error: { type: 'text', nullable: true },
      folded_into: { type: 'uuid', nullable: true },
      updated_at: { type: 'timestamptz', default: now },
    },
    indices: [
      { name: 'delivery_outcomes_handler_idx', columns: ['handler', 'state', 'delivery_id'] },
      { name: 'delivery_outcomes_folded_idx', columns: ['folded_into'], where: 'folded_into IS NOT NULL' },
    ],
    checks: [
      {
        name: 'delivery_outcomes_state_check',
        expression: `state IN ('handled', 'skipped', 'parked', 'delayed', 'failed', 'dead_lettered', 'folded')`,
      },
    ],
  }),
  new EntitySchema({
    name: 'delivery_keys',
    columns: {
      ...keyOf('delivery_keys', { hash: { type: 'bytea' } }),
      delivery_id: { type: 'uuid' },
      received_at: { type: 'timestamptz' },
    },
    indices: [{ name: 'delivery_keys_received_idx', columns: ['received_at'] }],
  }),
  new EntitySchema({
    name: 'event_folds',
    columns: {
      ...keyOf('event_folds', { key: { type: 'text' } }),
      field: { type: 'text' },
      delivery_id: { type: 'uuid' },
      received_at: { type: 'timestamptz' },
      group_key: { type: 'text', nullable: true },
      actor: { type: 'text', nullable: true },
      change: { type: 'text', nullable: true },
      members: { type: 'text', array: true, nullable: true },
      is_member: { type: 'boolean', nullable: true },
      plane_at: { type: 'timestamptz', nullable: true },
      folded_into: { type: 'uuid', nullable: true },
      released: { type: 'boolean', default: false },
    },
    indices: [
      { name: 'event_folds_received_idx', columns: ['received_at'] },
      { name: 'event_folds_group_idx', columns: ['group_key', 'plane_at'] },
    ],
  }),
  new EntitySchema({
    name: 'delivery_search',
    columns: { ...keyOf('delivery_search', { delivery_id: { type: 'uuid' } }), words: { type: 'tsvector' } },
    indices: undescribed('delivery_search_words_idx'),
  }),
  new EntitySchema({
    name: 'catch_up_items',
    columns: {
      ...keyOf('catch_up_items', { run_id: { type: 'uuid' }, entity_id: { type: 'text' } }),
      project_id: { type: 'text' },
      data: { type: 'jsonb', nullable: true },
      changed_at: { type: 'timestamptz', nullable: true },
      was_listed: { type: 'boolean', default: true },
    },
  }),
  new EntitySchema({
    name: 'catch_up_lists',
    columns: {
      ...keyOf('catch_up_lists', {
        installation_id: { type: 'uuid' },
        project_id: { type: 'text' },
        kind: { type: 'text' },
      }),
      entities: { type: 'jsonb' },
      read_at: { type: 'timestamptz', default: now },
    },
  }),
  new EntitySchema({
    name: 'recovered_changes',
    columns: {
      ...keyOf('recovered_changes', { id: { type: 'uuid' } }),
      connection_id: { type: 'text', default: 'default' },
      workspace_id: { type: 'text' },
      key: { type: 'text' },
      value: { type: 'text', nullable: true },
      changed_at: { type: 'timestamptz', nullable: true },
      changed_from: { type: 'timestamptz', nullable: true },
      delivery_id: { type: 'uuid', nullable: true },
      announced_at: { type: 'timestamptz', nullable: true },
      recorded_at: { type: 'timestamptz', default: now },
    },
    indices: [
      { name: 'recovered_changes_key_idx', columns: ['connection_id', 'workspace_id', 'key'] },
      { name: 'recovered_changes_recorded_idx', columns: ['recorded_at'] },
    ],
  }),
  new EntitySchema({
    name: 'receiver_heartbeat',
    columns: {
      ...keyOf('receiver_heartbeat', { id: { type: 'boolean', default: true } }),
      seen_at: { type: 'timestamptz' },
    },
  }),
  // Of the release before, which may still run: a later one drops it.
  new EntitySchema({
    name: 'workspace_traffic',
    columns: {
      ...keyOf('workspace_traffic', { workspace_id: { type: 'text' } }),
      last_at: { type: 'timestamptz' },
      watched_from: { type: 'timestamptz', nullable: true },
      longest_gap_seconds: { type: 'double precision', default: 0 },
      earlier_gap_seconds: { type: 'double precision', default: 0 },
      gaps_from: { type: 'timestamptz' },
      silent_told_at: { type: 'timestamptz', nullable: true },
      v1_last_at: { type: 'timestamptz', nullable: true },
      v1_told_at: { type: 'timestamptz', nullable: true },
      verified_at: { type: 'timestamptz', nullable: true },
      missed_since: { type: 'timestamptz', nullable: true },
    },
  }),
  new EntitySchema({ name: 'queue_schema', columns: keyOf('queue_schema', { name: { type: 'text' } }) }),
];
