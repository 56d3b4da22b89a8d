import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, Repository } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { CatchUpGapEntity } from './catch-up-gap.entity.js';
import { type CatchUpGap, type CatchUpProgress, type CatchUpReason, type CatchUpRun } from './catch-up-run.js';
import { CatchUpRunEntity } from './catch-up-run.entity.js';

/** A gap that was found, and what makes it the same when it is found again. */
export type FoundGap = Pick<CatchUpGapEntity, 'key' | 'kind' | 'projectId' | 'entityId' | 'detail' | 'changedAt'>;

/** A run to be made. */
export interface NewRun {
  readonly installationId: string;
  readonly reason: CatchUpReason;
  readonly requestedBy?: string;
  readonly since: Date;
  readonly until: Date;
}

/** Begins the keys of gaps about work items that changed in a way that the API does not show. */
export const UNEXPLAINED = 'unexplained';

/** What one step of a run adds to its counts. */
export interface RunCounts {
  readonly recovered?: number;
  readonly known?: number;
  readonly calls?: number;
  /** Times of changes that Plane should have announced and did not, ms since 1970. */
  readonly missedMs?: readonly number[];
}

const CREATE = `
  INSERT INTO catch_up_runs (id, installation_id, reason, requested_by, since, until)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (installation_id) WHERE ended_at IS NULL DO NOTHING RETURNING id`;

const COUNT = `
  UPDATE catch_up_runs
  SET recovered = recovered + $2, known = known + $3, calls = calls + $4, failures = 0, error = NULL, state = 'running',
      first_missed_at = least(first_missed_at, to_timestamp($5::float8 / 1000)),
      last_missed_at = greatest(last_missed_at, to_timestamp($6::float8 / 1000)), updated_at = now()
  WHERE id = $1 AND ended_at IS NULL`;

const FAILED_ATTEMPT = `
  UPDATE catch_up_runs SET failures = failures + 1, error = $2, updated_at = now()
  WHERE id = $1 RETURNING failures`;

const END = `
  UPDATE catch_up_runs SET state = $2, error = $3, ended_at = now(), updated_at = now()
  WHERE id = $1 AND ended_at IS NULL`;

const ADD_GAPS = `
  WITH added AS (
    INSERT INTO catch_up_gaps (id, installation_id, run_id, key, kind, project_id, entity_id, detail, changed_at)
    SELECT gen_random_uuid(), $2, $1, key, kind, "projectId", "entityId", detail, "changedAt"
    FROM json_to_recordset($3::json) AS found (
      key text, kind text, "projectId" text, "entityId" text, detail text, "changedAt" timestamptz)
    ON CONFLICT (installation_id, key) DO NOTHING RETURNING 1)
  UPDATE catch_up_runs SET unrecoverable = unrecoverable + (SELECT count(*) FROM added) WHERE id = $1`;

const DROP_UNEXPLAINED = `
  WITH dropped AS (DELETE FROM catch_up_gaps WHERE run_id = $1 AND starts_with(key, '${UNEXPLAINED} ') RETURNING 1)
  UPDATE catch_up_runs SET unrecoverable = unrecoverable - (SELECT count(*) FROM dropped) WHERE id = $1`;

const FIGURES = `
  SELECT (SELECT count(*) FROM catch_up_runs WHERE ended_at IS NULL)::int AS open,
         (SELECT count(*) FROM catch_up_runs AS run
          WHERE state = 'failed' AND ended_at > now() - interval '1 day' AND NOT EXISTS (
            SELECT FROM catch_up_runs AS later
            WHERE later.installation_id = run.installation_id AND later.created_at > run.created_at))::int AS failed,
         (SELECT coalesce(sum(recovered), 0) FROM catch_up_runs WHERE updated_at > now() - interval '1 day')::int AS recovered,
         (SELECT count(*) FROM catch_up_gaps WHERE created_at > now() - interval '1 day')::int AS unrecoverable`;

const DELETE_OLD_RUNS = `
  DELETE FROM catch_up_runs WHERE id = ANY (ARRAY(
    SELECT id FROM catch_up_runs WHERE ended_at < now() - make_interval(secs => $1)
    LIMIT $2 FOR UPDATE SKIP LOCKED))`;

const DELETE_OLD_GAPS = `
  DELETE FROM catch_up_gaps WHERE id = ANY (ARRAY(
    SELECT id FROM catch_up_gaps WHERE created_at < now() - make_interval(secs => $1)
    ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED))`;

/** Figures of all runs; the last two of the last day. */
export interface RunFigures {
  readonly open: number;
  readonly failed: number;
  readonly recovered: number;
  readonly unrecoverable: number;
}

/** The tables of catch-ups and of what they could not recover. */
@Injectable()
export class CatchUpRunsRepository {
  constructor(
    @InjectRepository(CatchUpRunEntity) private readonly rows: Repository<CatchUpRunEntity>,
    @InjectRepository(CatchUpGapEntity) private readonly gaps: Repository<CatchUpGapEntity>,
  ) {}

  /** Resolves with `undefined` where the installation has a run that has not ended. */
  async create(
    { installationId, reason, requestedBy, since, until }: NewRun,
    manager: EntityManager = this.rows.manager,
  ): Promise<CatchUpRun | undefined> {
    const values = [uuid(), installationId, reason, requestedBy ?? null, since, until];
    const [created] = await manager.query<{ id: string }[]>(CREATE, values);
    return created && manager.findOneByOrFail(CatchUpRunEntity, { id: created.id });
  }

  /** The run that has not ended. */
  async open(installationId: string): Promise<CatchUpRun | undefined> {
    return (await this.rows.findOneBy({ installationId, endedAt: IsNull() })) ?? undefined;
  }

  async find(id: string): Promise<CatchUpRun | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  /** The newest first. */
  async list(installationId: string, limit: number): Promise<CatchUpRun[]> {
    return this.rows.find({ where: { installationId }, order: { createdAt: 'DESC' }, take: limit });
  }

  /** Adds to the counts of a run that went forward. */
  async count(transaction: EntityManager, id: string, counts: RunCounts): Promise<void> {
    const { recovered = 0, known = 0, calls = 0, missedMs = [] } = counts;
    const span = missedMs.length > 0 ? [Math.min(...missedMs), Math.max(...missedMs)] : [null, null];
    await transaction.query(COUNT, [id, recovered, known, calls, ...span]);
  }

  async setProgress(transaction: EntityManager, id: string, progress: CatchUpProgress): Promise<void> {
    await transaction.update(CatchUpRunEntity, { id }, { progress });
  }

  /** Resolves with how often in a row it has failed. */
  async failedAttempt(id: string, error: string): Promise<number> {
    const [rows] = await this.rows.query<[{ failures: number }[], number]>(FAILED_ATTEMPT, [id, error]);
    return rows[0]?.failures ?? 0;
  }

  async end(
    id: string,
    state: 'done' | 'failed',
    error: string | null = null,
    manager: EntityManager = this.rows.manager,
  ): Promise<void> {
    await manager.query(END, [id, state, error]);
  }

  /** Adds what cannot be recovered; what is listed already stays as it is. */
  async addGaps(transaction: EntityManager, run: CatchUpRun, found: readonly FoundGap[]): Promise<void> {
    if (found.length > 0) await transaction.query(ADD_GAPS, [run.id, run.installationId, JSON.stringify(found)]);
  }

  /**
   * Drops the work items of a run that changed in a way that the API does not show: where nothing was missed, Plane does not
   * announce such changes.
   */
  async dropUnexplained(transaction: EntityManager, id: string): Promise<void> {
    await transaction.query(DROP_UNEXPLAINED, [id]);
  }

  /** What could not be recovered, the newest first. */
  async listGaps(installationId: string, limit: number): Promise<CatchUpGap[]> {
    return this.gaps.find({ where: { installationId }, order: { createdAt: 'DESC', id: 'DESC' }, take: limit });
  }

  async countGaps(installationId: string): Promise<number> {
    return this.gaps.countBy({ installationId });
  }

  async figures(): Promise<RunFigures> {
    const [row] = await this.rows.query<RunFigures[]>(FIGURES);
    return row ?? { open: 0, failed: 0, recovered: 0, unrecoverable: 0 };
  }

  /** Deletes runs that ended, and gaps that were found, longer ago than this; at most `limit` of each. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    const deleted = await Promise.all(
      [DELETE_OLD_RUNS, DELETE_OLD_GAPS].map((statement) =>
        this.rows.query<[unknown[], number]>(statement, [seconds, limit]),
      ),
    );
    return Math.max(...deleted.map(([, count]) => count));
  }
}
