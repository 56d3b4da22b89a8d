import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { CallBudgetEntity } from './call-budget.entity.js';
import { MAX_WAIT_SECONDS } from './rate-limit.js';

/** A call that may be made. */
export interface AcquiredCall {
  /** Calls left in the window after this one. */
  readonly remaining: number;
  readonly limit: number;
  readonly resetsInSeconds: number;
}

/** Plane's own default (docs/plane.md §5). */
const DEFAULT_LIMIT = 60;
const WINDOW = `interval '60 seconds'`;

/** No wait is longer than an hour: a reset beyond it was written by a wrong clock or a wrong number. */
const IS_OVER = `(budget.resets_at <= now() OR budget.resets_at > now() + interval '${MAX_WAIT_SECONDS} seconds')`;

const ACQUIRE = `
  INSERT INTO plane_budgets AS budget (key, calls_limit, remaining, resets_at)
  VALUES ($1, ${DEFAULT_LIMIT}, ${DEFAULT_LIMIT - 1}, now() + ${WINDOW})
  ON CONFLICT (key) DO UPDATE
  SET remaining = CASE WHEN ${IS_OVER} THEN budget.calls_limit ELSE budget.remaining END - 1,
      resets_at = CASE WHEN ${IS_OVER} THEN now() + ${WINDOW} ELSE budget.resets_at END
  WHERE ${IS_OVER} OR budget.remaining > floor(budget.calls_limit * $2::float8)
  RETURNING remaining, calls_limit AS "limit", extract(epoch FROM resets_at - now())::float8 AS "resetsInSeconds"`;

const RESET = `
  SELECT extract(epoch FROM resets_at - clock_timestamp())::float8 AS seconds FROM plane_budgets WHERE key = $1`;

/**
 * In the same window the lower count applies: Plane may not have counted calls in flight yet. Its limit is above what is
 * left and, unless its window is an older one, at most that and the calls of this window: Plane has counted no others.
 */
const FOLLOW = `
  UPDATE plane_budgets AS budget
  SET remaining = CASE WHEN abs(later) <= 2 THEN least(budget.remaining + reported.calls_limit - budget.calls_limit, $2) ELSE $2 END,
      resets_at = now() + make_interval(secs => $3::float8), calls_limit = reported.calls_limit
  FROM (
    SELECT key, later, greatest($2 + 1, least(calls_limit, CASE WHEN later >= -2 THEN $2 + calls_limit - remaining END)) AS calls_limit
    FROM (SELECT *, $3::float8 - extract(epoch FROM resets_at - now()) AS later
          FROM plane_budgets WHERE key = $1 FOR UPDATE) AS locked
  ) AS reported
  WHERE budget.key = reported.key`;

const SPENT = `
  UPDATE plane_budgets SET remaining = 0, resets_at = now() + make_interval(secs => $2::float8) WHERE key = $1`;

const MIN_TOKENS = `SELECT min(remaining) AS fewest FROM plane_budgets WHERE resets_at > now()`;

/** Without an index: one on `resets_at` would cost at every call, and there is only one row for each token. */
const DELETE_IDLE = `
  DELETE FROM plane_budgets WHERE key = ANY (ARRAY(
    SELECT key FROM plane_budgets WHERE resets_at < now() - interval '1 day' LIMIT $1 FOR UPDATE SKIP LOCKED))`;

/** The table of budgets; all its times are the database's. */
@Injectable()
export class CallBudgetsRepository {
  constructor(@InjectRepository(CallBudgetEntity) private readonly rows: Repository<CallBudgetEntity>) {}

  /** Takes one call in one statement, over all replicas; `undefined` where only the reserve is left. */
  async acquire(key: string, reservedPart: number): Promise<AcquiredCall | undefined> {
    const [call] = await this.rows.query<AcquiredCall[]>(ACQUIRE, [key, reservedPart]);
    return call;
  }

  async resetsInSeconds(key: string): Promise<number> {
    const [row] = await this.rows.query<{ seconds: number }[]>(RESET, [key]);
    return Math.max(0, row?.seconds ?? 0);
  }

  /** The lowest count of the budgets in use. `undefined` where none is. */
  async fewestRemaining(): Promise<number | undefined> {
    const [row] = await this.rows.query<{ fewest: number | null }[]>(MIN_TOKENS);
    return row?.fewest ?? undefined;
  }

  /** Sets the budget to what Plane says, its limit included. */
  async follow(key: string, remaining: number, resetsInSeconds: number): Promise<void> {
    await this.rows.query(FOLLOW, [key, remaining, resetsInSeconds]);
  }

  /** Deletes some that have not been used for a day. Resolves with how many. */
  async deleteIdle(limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_IDLE, [limit]);
    return deleted;
  }

  /** Records that no calls are left until the reset. */
  async spent(key: string, resetsInSeconds: number): Promise<void> {
    await this.rows.query(SPENT, [key, resetsInSeconds]);
  }
}
