/** Key of the advisory lock that serializes the appends of all processes; `lock_seed()` makes it this schema's. */
const APPEND_LOCK = 4_846_149;
/** Long enough for the appends ahead; a hanging transaction must not block the others forever. */
const LOCK_TIMEOUT = '5s';

/** Waits for other appends. A separate statement, so that the next one sees what they have written. */
export const LOCK = `SELECT set_config('lock_timeout', '${LOCK_TIMEOUT}', true), pg_advisory_xact_lock(${APPEND_LOCK} # lock_seed())`;

/** The end of the log, and the time with the precision of the hash. */
export const HEAD = `
  SELECT seq::float8 AS seq, hash, date_trunc('milliseconds', clock_timestamp()) AS now FROM audit_head`;

/** The trigger updates the head, and rejects an entry that does not follow it. */
export const APPEND = `
  INSERT INTO audit_log (seq, at, actor_kind, actor_id, actor_name, actor_from, action, target, outcome, details, previous_hash, hash)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

/** Whether an append can succeed: a writable server, a head, the privilege to insert. */
export const WRITABLE = `
  SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'
         AND has_table_privilege('audit_log', 'INSERT') AS writable
  FROM audit_head`;

/** Entries as rows; order them by `audit_log.seq`, since `seq` alone is the float without an index. */
export const SELECT = `
  SELECT seq::float8 AS seq, at, actor_kind, actor_id, actor_name, actor_from, action, target, outcome, details,
         previous_hash, hash
  FROM audit_log`;

/** The number of enabled triggers that protect log and head. */
export const GUARDS = `
  SELECT count(*)::int AS guards FROM pg_trigger
  WHERE tgrelid IN ('audit_log'::regclass, 'audit_head'::regclass) AND tgenabled IN ('O', 'A')
    AND tgname IN ('audit_log_append', 'audit_log_keep', 'audit_head_keep', 'audit_head_move')`;

/** The expected number of {@link GUARDS}. */
export const ALL_GUARDS = 4;

/** Tolerance for a database clock that was set back, when a time is mapped to entry numbers. */
const SLACK = `interval '1 day'`;

/** SQL conditions of a filter, by property. Times also limit `seq`, so that the index on `seq` can be used. */
export const CONDITIONS = {
  action: (value: string) => `action = ${value}`,
  actorId: (value: string) => `actor_id = ${value}`,
  target: (value: string) => `target = ${value}`,
  outcome: (value: string) => `outcome = ${value}`,
  since: (value: string) =>
    `at >= ${value} AND seq >= (SELECT seq FROM audit_log WHERE at >= ${value}::timestamptz - ${SLACK} ORDER BY at LIMIT 1)`,
  until: (value: string) =>
    `at < ${value} AND seq <= (SELECT seq FROM audit_log WHERE at < ${value}::timestamptz + ${SLACK} ORDER BY at DESC LIMIT 1)`,
  before: (value: string) => `seq < ${value}`,
  after: (value: string) => `seq > ${value}`,
  upTo: (value: string) => `seq <= ${value}`,
} as const;
