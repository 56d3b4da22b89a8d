/** The statements of {@link TokensRepository}. All times come from the database's clock. */

/** When a token was obtained, expires and falls due, from its age and durations as parameters from `age` on. */
function times(age: number): { obtained: string; expires: string; due: string } {
  const seconds = (index: number): string => `make_interval(secs => $${index}::float8)`;
  const obtained = `now() - ${seconds(age)}`;
  return {
    obtained,
    expires: `${obtained} + ${seconds(age + 1)}`,
    due: `${obtained} + ${seconds(age + 2)}`,
  };
}

const RESET = `
  lease_id = NULL, lease_until = NULL, in_flight = false,
  failures = 0, next_attempt_at = NULL, last_error = NULL, updated_at = now()`;

export const LOCK_ROW = `SELECT FROM tokens WHERE id = $1 FOR UPDATE`;

/** The version that the next grant gets. */
export const NEXT_VERSION = `SELECT version + 1 AS version FROM tokens WHERE id = $1 FOR UPDATE`;

const NEW = times(9);

/**
 * $1 id, $2 kind, $3 base URL, $4 installation, $5 user, $6 access, $7 refresh, $8 scope, $9 age, $10 life, $11 due after,
 * $12 version, which the texts are sealed for, $13 connection
 */
export const UPSERT = `
  INSERT INTO tokens (connection_id, id, kind, base_url, installation_id, plane_user_id,
                      access_token, refresh_token, scope, obtained_at, expires_at, due_at, version)
  VALUES ($13, $1, $2, $3, $4, $5, $6, $7, $8, ${NEW.obtained}, ${NEW.expires}, ${NEW.due}, $12)
  ON CONFLICT (id) DO UPDATE
  SET access_token = excluded.access_token, refresh_token = excluded.refresh_token, scope = excluded.scope,
      obtained_at = excluded.obtained_at, expires_at = excluded.expires_at, due_at = excluded.due_at,
      previous_refresh_token = NULL, state = 'live', version = excluded.version, ${RESET}
  WHERE tokens.version = excluded.version - 1`;

const TAKE_LEASE = `
  UPDATE tokens
  SET lease_id = $3, lease_until = now() + make_interval(secs => $4), in_flight = kind = 'user',
      due_at = least(due_at, now()), updated_at = now()
  WHERE id = $1 AND version = $2 AND (lease_until IS NULL OR lease_until <= now())`;

/**
 * One statement decides over all replicas. For a user's token it also records that the refresh token is about to be sent.
 * A leased token is due at once, so that the job finds it if this process dies.
 */
export const LEASE = `${TAKE_LEASE} AND state = 'live' AND (next_attempt_at IS NULL OR next_attempt_at <= now())`;

export const LEASE_BY_HAND = `${TAKE_LEASE} AND state <> 'revoked'`;

const UNCLAIMED = `
  state = 'live' AND (lease_until IS NULL OR lease_until <= now())
  AND (next_attempt_at IS NULL OR next_attempt_at <= now())`;

/**
 * {@link LEASE} for the job: replicas lease different tokens, and none waits for another. A token of another Plane is left
 * alone: this one would reject its refresh token, and the consent would be lost.
 */
export const CLAIM_DUE = `
  WITH due AS (
    SELECT id, in_flight FROM tokens WHERE due_at <= now() AND base_url = $3 AND connection_id = $4 AND ${UNCLAIMED}
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)
  UPDATE tokens
  SET lease_id = gen_random_uuid(), lease_until = now() + make_interval(secs => $2), in_flight = kind = 'user',
      updated_at = now()
  FROM due WHERE tokens.id = due.id
  RETURNING tokens.id, due.in_flight`;

export const SOONEST_DUE = `
  SELECT extract(epoch FROM due_at - clock_timestamp())::float8 * 1000 AS ms
  FROM tokens WHERE base_url = $1 AND connection_id = $2 AND ${UNCLAIMED} ORDER BY due_at LIMIT 1`;

const REFRESHED = times(7);

export const COMPLETE = `
  UPDATE tokens
  SET access_token = $4, previous_refresh_token = refresh_token, refresh_token = $5, scope = $6, state = 'live',
      obtained_at = ${REFRESHED.obtained}, expires_at = ${REFRESHED.expires}, due_at = ${REFRESHED.due},
      version = version + 1, ${RESET}
  WHERE id = $1 AND version = $2 AND lease_id = $3`;

/** `in_flight` stays: Plane may have replaced the refresh token although the call failed. */
export const FAIL = `
  UPDATE tokens
  SET failures = failures + 1, next_attempt_at = now() + make_interval(secs => $3), last_error = $4,
      lease_id = NULL, lease_until = NULL, updated_at = now()
  WHERE id = $1 AND lease_id = $2`;

/** Records neither a failure nor an error; the pause keeps an internal error from repeating at once. */
export const RELEASE = `
  UPDATE tokens
  SET lease_id = NULL, lease_until = NULL, next_attempt_at = now() + make_interval(secs => $3), updated_at = now()
  WHERE id = $1 AND lease_id = $2`;

/** The version stays: it is that of the texts. */
export const NEEDS_CONSENT = `
  UPDATE tokens
  SET state = 'needs_consent', failures = failures + 1, last_error = $3,
      lease_id = NULL, lease_until = NULL, in_flight = false, updated_at = now()
  WHERE id = $1 AND lease_id = $2`;

/**
 * Rows of an owner: their ids are derived from the base URL that they were stored under. $1 installation, $2 base URL, $3 user,
 * $4 connection
 */
const OWNED = `
  (kind = 'bot' AND installation_id = $1) OR (kind = 'user' AND base_url = $2 AND plane_user_id = $3 AND connection_id = $4)`;

/** $5 the id that the owner has now */
export const FIND_MOVED = `SELECT id FROM tokens WHERE (${OWNED}) AND id <> $5`;

/** $5 the id that the owner has now */
export const DELETE_MOVED = `DELETE FROM tokens WHERE (${OWNED}) AND id <> $5`;

/** Not during a refresh, whose result would be lost. The version stays: it is that of the texts. */
export const REKEY = `
  UPDATE tokens
  SET id = $3, access_token = $4, refresh_token = $5, previous_refresh_token = $6
  WHERE id = $1 AND version = $2 AND (lease_until IS NULL OR lease_until <= now())`;

export const REVOKE = `
  UPDATE tokens
  SET state = 'revoked', access_token = NULL, refresh_token = NULL, previous_refresh_token = NULL,
      version = version + 1, ${RESET}
  WHERE (${OWNED}) AND state <> 'revoked'`;

/** Every combination, so that one without tokens is reported as 0. */
export const COUNT_BY_STATE = `
  SELECT kind, state, count(id)::int AS count
  FROM unnest(ARRAY['bot', 'user']) AS kind CROSS JOIN unnest(ARRAY['live', 'needs_consent', 'revoked']) AS state
  LEFT JOIN tokens USING (kind, state) GROUP BY kind, state`;

export const SUMMARY = `
  SELECT (count(*) FILTER (WHERE state = 'live'))::int AS live,
         (count(*) FILTER (WHERE state = 'live' AND expires_at < now()))::int AS expired,
         (count(*) FILTER (WHERE state = 'needs_consent'))::int AS "needsConsent",
         (count(*) FILTER (WHERE state = 'revoked'))::int AS revoked,
         extract(epoch FROM min(expires_at) FILTER (WHERE state = 'live') - now())::float8 AS "soonestExpiryInSeconds"
  FROM tokens`;

export const SOONEST_EXPIRY = `
  SELECT extract(epoch FROM min(expires_at) - now())::float8 AS seconds FROM tokens WHERE state = 'live'`;
