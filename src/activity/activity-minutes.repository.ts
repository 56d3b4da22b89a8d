import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { type ActivityCount } from './activity-counts.js';
import { type ActivityMinute, type HandlerRate, type UnverifiedWebhooks } from './activity-figures.js';
import { ActivityMinuteEntity } from './activity-minute.entity.js';

/** Retention of the minutes. */
const KEEP = `interval '2 days'`;

/** By the database's clock, whatever a process's says: the minute nearest to the time that lies so many ms back. */
const MINUTE = `date_trunc('minute', now() - age * interval '1 millisecond' + interval '30 seconds')`;

/** Ordered by key, so that concurrent writes of two processes do not deadlock. */
const ADD = `
  INSERT INTO activity_minutes AS known (minute, series, handler, count, sum_ms, max_ms)
  SELECT ${MINUTE}, series, handler, count, sum_ms, max_ms
  FROM unnest($1::float8[], $2::text[], $3::text[], $4::int[], $5::float8[], $6::float8[])
    AS counted (age, series, handler, count, sum_ms, max_ms)
  ORDER BY 1, series, handler
  ON CONFLICT (minute, series, handler) DO UPDATE
  SET count = known.count + excluded.count, sum_ms = known.sum_ms + excluded.sum_ms,
      max_ms = greatest(known.max_ms, excluded.max_ms)`;

/** Every minute since a time, including empty ones. */
const MINUTES = `
  SELECT minute,
    coalesce(sum(count) FILTER (WHERE series = 'webhook_accepted'), 0)::int AS received,
    coalesce(sum(count) FILTER (WHERE series = 'webhook_duplicate'), 0)::int AS duplicates,
    coalesce(sum(count) FILTER (WHERE series = 'webhook_refused'), 0)::int AS refused,
    coalesce(sum(count) FILTER (WHERE series = 'run_handled'), 0)::int AS handled,
    coalesce(sum(count) FILTER (WHERE series = 'run_failed'), 0)::int AS failed,
    coalesce(sum(count) FILTER (WHERE series = 'run_dead_lettered'), 0)::int AS "deadLettered",
    sum(sum_ms) FILTER (WHERE series = 'lag') / sum(count) FILTER (WHERE series = 'lag') AS "meanLagMs",
    max(max_ms) FILTER (WHERE series = 'lag') AS "maxLagMs"
  FROM generate_series(date_trunc('minute', greatest($1::timestamptz, now() - ${KEEP})),
                       date_trunc('minute', now()), interval '1 minute') AS minutes (minute)
  LEFT JOIN activity_minutes USING (minute)
  GROUP BY minute ORDER BY minute`;

/** Over the last whole minutes and the current one. */
const RATES = `
  WITH span AS (SELECT date_trunc('minute', now()) - make_interval(mins => $1) AS since),
  counted AS (
    SELECT handler,
      coalesce(sum(count) FILTER (WHERE series = 'run_handled'), 0) AS handled,
      coalesce(sum(count) FILTER (WHERE series IN ('run_failed', 'run_dead_lettered')), 0) AS failed,
      sum(sum_ms) AS sum_ms
    FROM activity_minutes, span
    WHERE minute >= since AND series IN ('run_handled', 'run_failed', 'run_dead_lettered')
    GROUP BY handler)
  SELECT handler, handled / minutes AS "handledPerMinute", failed / minutes AS "failedPerMinute",
         sum_ms / nullif(handled + failed, 0) AS "meanMs"
  FROM counted, (SELECT extract(epoch FROM now() - since)::float8 / 60 AS minutes FROM span) AS divisor
  ORDER BY handler`;

const UNVERIFIED = `
  SELECT coalesce(sum(count), 0)::int AS count, max(minute) AS "lastAt"
  FROM activity_minutes WHERE series = 'webhook_unverified' AND minute >= date_trunc('minute', $1::timestamptz)`;

const DELETE_OLD = `
  DELETE FROM activity_minutes WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM activity_minutes WHERE minute < now() - ${KEEP} LIMIT $1 FOR UPDATE SKIP LOCKED))`;

/** The table of activity per minute. */
@Injectable()
export class ActivityMinutesRepository {
  constructor(@InjectRepository(ActivityMinuteEntity) private readonly rows: Repository<ActivityMinuteEntity>) {}

  /** Adds counts to the stored ones. */
  async add(counts: readonly ActivityCount[]): Promise<void> {
    const now = Date.now();
    await this.rows.query(ADD, [
      counts.map(({ minute }) => now - minute),
      counts.map(({ series }) => series),
      counts.map(({ handler }) => handler),
      counts.map(({ count }) => count),
      counts.map(({ sumMs }) => sumMs),
      counts.map(({ maxMs }) => maxMs),
    ]);
  }

  /** Oldest first, including empty minutes; at most two days. */
  async minutes(since: Date): Promise<ActivityMinute[]> {
    return this.rows.query(MINUTES, [since]);
  }

  /** Over the last whole minutes and the current one, by handler. */
  async ratesByHandler(minutes: number): Promise<HandlerRate[]> {
    return this.rows.query(RATES, [minutes]);
  }

  /** Webhooks since a time whose signature no secret made. */
  async unverified(since: Date): Promise<UnverifiedWebhooks> {
    const [found] = await this.rows.query<UnverifiedWebhooks[]>(UNVERIFIED, [since]);
    return found ?? { count: 0, lastAt: null };
  }

  /** Deletes up to `limit` minutes that are older than two days. Resolves with their number. */
  async deleteOld(limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_OLD, [limit]);
    return deleted;
  }
}
