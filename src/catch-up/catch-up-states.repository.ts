import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { CatchUpStateEntity } from './catch-up-state.entity.js';

/** What was seen of an installation's changes. */
export type CatchUpState = Readonly<CatchUpStateEntity>;

/** The first checks of thousands of installations are not at once. */
const ADD = `
  INSERT INTO catch_up_states (installation_id, workspace_id, check_at)
  SELECT id, workspace_id, now() + make_interval(secs => $3::float8) + random() * make_interval(secs => $4::float8)
  FROM unnest($1::uuid[], $2::text[]) AS installed (id, workspace_id)
  ON CONFLICT (installation_id) DO NOTHING`;

/** Replicas claim different installations. One whose catch-up goes forward needs no job: it has one. */
const CLAIM_DUE = `
  UPDATE catch_up_states SET check_at = now() + make_interval(secs => $2::float8 * (0.75 + random() / 2))
  WHERE installation_id IN (
    SELECT installation_id FROM catch_up_states AS due
    WHERE check_at <= now() AND NOT EXISTS (
      SELECT FROM catch_up_runs AS run
      WHERE run.installation_id = due.installation_id AND ended_at IS NULL AND updated_at > now() - interval '10 minutes')
    ORDER BY check_at LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING installation_id AS id`;

const SUSPECT = `
  UPDATE catch_up_states
  SET suspect_since = least(suspect_since, $1),
      check_at = now() + make_interval(secs => $2::float8 * (1 + random()))`;

const CHECKED = `
  UPDATE catch_up_states SET checked_at = now(), missed_since = $2, work_items = $3 WHERE installation_id = $1`;

const CAUGHT_UP = `
  UPDATE catch_up_states
  SET seen_to = greatest(seen_to, $2), checked_at = now(), missed_since = $3, lists_at = now(), work_items = NULL,
      suspect_since = CASE WHEN suspect_since < $2 THEN NULL ELSE suspect_since END
  WHERE installation_id = $1`;

const HEARTBEAT = `
  WITH before AS MATERIALIZED (SELECT seen_at FROM receiver_heartbeat FOR UPDATE),
  written AS (
    INSERT INTO receiver_heartbeat (seen_at) VALUES (now()) ON CONFLICT (id) DO UPDATE SET seen_at = now())
  SELECT seen_at AS "seenAt" FROM before WHERE seen_at < now() - make_interval(secs => $1::float8)`;

const FIGURES = `
  SELECT count(*) FILTER (WHERE missed_since IS NOT NULL)::int AS missing,
         coalesce(max(extract(epoch FROM now() - missed_since)), 0)::float8 AS "missingSeconds"
  FROM catch_up_states`;

/** The table of what was seen, and the receivers' heartbeat; all times are the database's. */
@Injectable()
export class CatchUpStatesRepository {
  constructor(@InjectRepository(CatchUpStateEntity) private readonly rows: Repository<CatchUpStateEntity>) {}

  async now(): Promise<Date> {
    const [row] = await this.rows.query<{ now: Date }[]>('SELECT now()');
    return row?.now ?? new Date();
  }

  /** Adds those that are unknown. Their first check is after so many seconds, and `spread` seconds later at most. */
  async add(
    installations: readonly { readonly id: string; readonly workspaceId: string }[],
    [seconds, spread]: readonly [seconds: number, spread: number],
    manager: EntityManager = this.rows.manager,
  ): Promise<void> {
    const ids = installations.map(({ id }) => id);
    await manager.query(ADD, [ids, installations.map(({ workspaceId }) => workspaceId), seconds, spread]);
  }

  async find(installationId: string): Promise<CatchUpState | undefined> {
    return (await this.rows.findOneBy({ installationId })) ?? undefined;
  }

  /** Claims installations whose check is due, at most `limit`, and sets their next check about so many seconds from now. */
  async claimDue(limit: number, seconds: number): Promise<string[]> {
    const [claimed] = await this.rows.query<[{ id: string }[], number]>(CLAIM_DUE, [limit, seconds]);
    return claimed.map(({ id }) => id);
  }

  /** No receiver stored webhooks since then: every installation is checked after so many seconds. */
  async suspect(since: Date, seconds: number): Promise<void> {
    await this.rows.query(SUSPECT, [since, seconds]);
  }

  /** Records a check that started no catch-up, and the number of work items where it was read. */
  async checked(installationId: string, missedSince: Date | null, workItems: number | undefined): Promise<void> {
    await this.rows.query(CHECKED, [installationId, missedSince, workItems ?? null]);
  }

  /** Records a finished catch-up. */
  async caughtUp(
    transaction: EntityManager,
    installationId: string,
    to: Date,
    missedSince: Date | null,
  ): Promise<void> {
    await transaction.query(CAUGHT_UP, [installationId, to, missedSince]);
  }

  async delete(transaction: EntityManager, installationId: string): Promise<void> {
    await transaction.delete(CatchUpStateEntity, { installationId });
  }

  /** Records that a receiver runs. Resolves with when one last did, where that is longer ago than so many seconds. */
  async heartbeat(seconds: number): Promise<Date | undefined> {
    const [gap] = await this.rows.query<{ seenAt: Date }[]>(HEARTBEAT, [seconds]);
    return gap?.seenAt;
  }

  /** How many installations miss webhooks, and since when the first does, in seconds. */
  async figures(): Promise<{ readonly missing: number; readonly missingSeconds: number }> {
    const [row] = await this.rows.query<{ missing: number; missingSeconds: number }[]>(FIGURES);
    return row ?? { missing: 0, missingSeconds: 0 };
  }
}
