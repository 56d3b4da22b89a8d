import { CATCH_UP } from '../events/normalise-catch-up.js';
import { UNKNOWN } from '../events/normalise-unknown.js';

/** The statements of {@link WorkspaceTrafficRepository}; all times are the database's. */

/** One process at a time updates the table. */
export const LOCK = `SELECT pg_try_advisory_xact_lock(hashtextextended('connection_traffic', lock_seed())) AS mine`;

const KEY = `connection_id AS "connectionId", workspace_id AS "workspaceId"`;

/** $1: connections, $2: a workspace of each. */
const SELECTED = '(connection_id, workspace_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))';

const WEEK_IS_OVER = `excluded.last_at >= known.gaps_from + interval '7 days'`;

/** A silence that was logged counts only until it was logged: an outage must not raise the threshold. */
const GAP = `least(excluded.longest_gap_seconds, extract(epoch FROM known.silent_told_at - known.last_at)::float8)`;

/**
 * $1: how many deliveries. Reads those after the newest that were read, along the index of times, and again those of the
 * minute before: storing a webhook may take half a minute. A delivery is counted once, so it can run at any time in any
 * process. The first run starts two weeks ago.
 */
export const ADVANCE = `
  WITH mark AS MATERIALIZED (
    SELECT coalesce((SELECT last_at FROM connection_traffic WHERE connection_id = '' AND workspace_id = ''),
                    now() - interval '14 days') AS at),
  read_to AS MATERIALIZED (
    SELECT count(*)::int AS count, coalesce(max(received_at), (SELECT at FROM mark)) AS at
    FROM (SELECT received_at FROM deliveries
          WHERE received_at > (SELECT at FROM mark) AND received_at <= now()
          ORDER BY received_at LIMIT $1) AS next),
  seen AS MATERIALIZED (
    SELECT connection_id, workspace_id, received_at, source FROM deliveries
    WHERE received_at > (SELECT at FROM mark) - interval '1 minute' AND received_at <= (SELECT at FROM read_to)
      AND workspace_id <> '${UNKNOWN}' AND source <> '${CATCH_UP}'),
  spaced AS (
    SELECT each.connection_id, each.workspace_id, each.received_at, each.source,
           each.received_at - lag(each.received_at, 1, CASE WHEN known.watched_from IS NOT NULL THEN known.last_at END)
                                OVER (PARTITION BY each.connection_id, each.workspace_id ORDER BY each.received_at) AS gap
    FROM (SELECT * FROM seen UNION ALL SELECT '', '', received_at, NULL FROM seen) AS each
    LEFT JOIN connection_traffic AS known USING (connection_id, workspace_id)
    WHERE known.last_at IS NULL OR each.received_at > known.last_at),
  written AS (
    INSERT INTO connection_traffic AS known (connection_id, workspace_id, last_at, watched_from, longest_gap_seconds, gaps_from,
                                            v1_last_at)
    SELECT connection_id, workspace_id, max(received_at), min(received_at), coalesce(extract(epoch FROM max(gap))::float8, 0),
           min(received_at), max(received_at) FILTER (WHERE source = 'v1')
    FROM spaced GROUP BY connection_id, workspace_id
    ON CONFLICT (connection_id, workspace_id) DO UPDATE
    SET last_at = excluded.last_at,
        watched_from = coalesce(known.watched_from, excluded.watched_from),
        earlier_gap_seconds = CASE WHEN ${WEEK_IS_OVER} THEN known.longest_gap_seconds ELSE known.earlier_gap_seconds END,
        longest_gap_seconds = CASE WHEN ${WEEK_IS_OVER} THEN ${GAP} ELSE greatest(known.longest_gap_seconds, ${GAP}) END,
        gaps_from = CASE WHEN ${WEEK_IS_OVER} THEN excluded.last_at ELSE known.gaps_from END,
        v1_last_at = coalesce(excluded.v1_last_at, known.v1_last_at))
  SELECT count FROM read_to`;

export const ALL = `
  SELECT ${KEY},
         extract(epoch FROM now() - last_at)::float8 AS "silentSeconds",
         coalesce(extract(epoch FROM last_at - watched_from), 0)::float8 AS "watchedSeconds",
         greatest(longest_gap_seconds, earlier_gap_seconds) AS "longestGapSeconds",
         silent_told_at IS NOT NULL AS alerted,
         missed_since IS NOT NULL AND last_at <= verified_at AS missing,
         coalesce(missed_since IS NULL AND verified_at > now() - interval '2 hours', false) AS verified
  FROM connection_traffic`;

/** $1: a connection, $2: a workspace, $3: since when changes of it are missing, or null. */
export const RECORD_CHECK = `
  INSERT INTO connection_traffic AS known (connection_id, workspace_id, last_at, gaps_from, verified_at, missed_since)
  VALUES ($1, $2, coalesce($3, now()), now(), now(), $3)
  ON CONFLICT (connection_id, workspace_id) DO UPDATE SET verified_at = now(), missed_since = excluded.missed_since`;

/** The {@link SELECTED} ones with deliveries that were not read: stored late, or by a host whose clock is off. */
export const SENT_SINCE = `
  SELECT ${KEY} FROM connection_traffic AS known
  WHERE ${SELECTED} AND EXISTS (
    SELECT FROM deliveries
    WHERE deliveries.workspace_id = known.workspace_id AND deliveries.connection_id = known.connection_id AND received_at > known.last_at AND source <> '${CATCH_UP}')`;

/** The same for all workspaces together. */
export const ANY_SENT_SINCE = `
  SELECT EXISTS (
    SELECT FROM deliveries
    WHERE received_at > (SELECT last_at FROM connection_traffic WHERE connection_id = '' AND workspace_id = '') AND source <> '${CATCH_UP}') AS sent`;

export const MARK_SILENT = `
  UPDATE connection_traffic SET silent_told_at = now()
  WHERE ${SELECTED} AND silent_told_at IS NULL RETURNING ${KEY}`;

export const MARK_RECOVERED = `
  UPDATE connection_traffic SET silent_told_at = NULL
  WHERE ${SELECTED} AND silent_told_at IS NOT NULL RETURNING ${KEY}`;

export const MARK_V1 = `
  UPDATE connection_traffic SET v1_told_at = now()
  WHERE v1_last_at IS NOT NULL AND v1_told_at IS NULL RETURNING ${KEY}`;

export const RESET = `
  UPDATE connection_traffic
  SET watched_from = NULL, longest_gap_seconds = 0, earlier_gap_seconds = 0, silent_told_at = NULL
  WHERE ${SELECTED} AND watched_from IS NOT NULL`;

export const DELETE_OLD = `
  DELETE FROM connection_traffic
  WHERE ${SELECTED} AND last_at < now() - make_interval(secs => $3::float8)`;

export const COUNT_V1 = `
  SELECT count(*)::int AS count FROM connection_traffic WHERE v1_last_at > now() - interval '7 days'`;

export const ALERTED = `
  SELECT count(*) FILTER (WHERE workspace_id <> '')::int AS workspaces,
         coalesce(extract(epoch FROM now() - min(last_at) FILTER (WHERE workspace_id = '')), 0)::float8 AS "allSeconds"
  FROM connection_traffic WHERE silent_told_at IS NOT NULL`;
