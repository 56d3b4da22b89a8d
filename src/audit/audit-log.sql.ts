/** Any constant; appends of all processes go one after the other. */
const APPEND_LOCK = 4_846_149;
/** Long enough for those before in the line; a transaction that hangs must not hold up the others for ever. */
const LOCK_WITHIN = '5s';

/** Waits for those who append. A statement of its own: the next one then sees what they wrote. */
export const LOCK = `SELECT set_config('lock_timeout', '${LOCK_WITHIN}', true), pg_advisory_xact_lock(${APPEND_LOCK})`;

/** Where the log ends, and the time as the hash has it. */
export const HEAD = `
  SELECT seq::float8 AS seq, hash, date_trunc('milliseconds', clock_timestamp()) AS now FROM audit_head`;

/** The trigger moves the head, and refuses what does not follow it. */
export const APPEND = `
  INSERT INTO audit_log (seq, at, actor_kind, actor_id, actor_name, actor_from, action, target, outcome, details, previous_hash, hash)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

/** Whether an append can work: a server that takes writes, a head, the right to insert. */
export const WRITABLE = `
  SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'
         AND has_table_privilege('audit_log', 'INSERT') AS writable
  FROM audit_head`;

/** Entries as rows; order them by `audit_log.seq`, since `seq` alone is the float, which no index has. */
export const SELECT = `
  SELECT seq::float8 AS seq, at, actor_kind, actor_id, actor_name, actor_from, action, target, outcome, details,
         previous_hash, hash
  FROM audit_log`;

/** The triggers that guard log and head, of those that there are. */
export const GUARDS = `
  SELECT count(*)::int AS guards FROM pg_trigger
  WHERE tgrelid IN ('audit_log'::regclass, 'audit_head'::regclass) AND tgenabled IN ('O', 'A')
    AND tgname IN ('audit_log_append', 'audit_log_keep', 'audit_head_keep', 'audit_head_move')`;

/** How many {@link GUARDS} there should be. */
export const ALL_GUARDS = 4;

/** How far the database's clock may have been set back, for a time to become a range of numbers. */
const SLACK = `interval '1 day'`;

/** The conditions of a filter, by its member; numbers go the way of time, so that a time is found by its index. */
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
