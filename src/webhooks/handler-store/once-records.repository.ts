import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { type HandlerScope } from './handler-scope.js';
import { OnceRecordEntity } from './once-record.entity.js';

/** Who does the work, and for how long others wait for it. */
export interface OnceClaim {
  /** The id of the run's job. */
  readonly owner: string;
  readonly leaseSeconds: number;
  /** Seconds that the row is kept; default until the app is uninstalled. */
  readonly keepSeconds?: number;
}

/** A row as it is read. */
export interface OnceState {
  readonly done: boolean;
  /** JSON. */
  readonly result: string | null;
}

/** A row of the same job is of a run that crashed: the job runs nowhere else. */
const CLAIM = `
  INSERT INTO handler_once AS known (installation_id, handler_class, key, owner, leased_until, expires_at)
  VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5), now() + make_interval(secs => $6))
  ON CONFLICT (installation_id, handler_class, key) DO UPDATE
  SET owner = excluded.owner, leased_until = excluded.leased_until, expires_at = excluded.expires_at
  WHERE known.done_at IS NULL AND (known.owner = excluded.owner OR known.leased_until < now())
  RETURNING true`;

const FIND = `
  SELECT done_at IS NOT NULL AS done, result FROM handler_once
  WHERE installation_id = $1 AND handler_class = $2 AND key = $3`;

const FINISH = `
  UPDATE handler_once SET done_at = now(), result = $5
  WHERE installation_id = $1 AND handler_class = $2 AND key = $3 AND owner = $4 AND done_at IS NULL`;

const RELEASE = `
  DELETE FROM handler_once
  WHERE installation_id = $1 AND handler_class = $2 AND key = $3 AND owner = $4 AND done_at IS NULL`;

const DELETE_EXPIRED = `
  DELETE FROM handler_once WHERE (installation_id, handler_class, key) IN (
    SELECT installation_id, handler_class, key FROM handler_once WHERE expires_at < now()
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`;

/** The table `handler_once`. */
@Injectable()
export class OnceRecordsRepository {
  constructor(@InjectRepository(OnceRecordEntity) private readonly rows: Repository<OnceRecordEntity>) {}

  /** Resolves with whether the caller does the work now. */
  async claim(scope: HandlerScope, key: string, { owner, leaseSeconds, keepSeconds }: OnceClaim): Promise<boolean> {
    const values = [scope.installationId, scope.handlerClass, key, owner, leaseSeconds, keepSeconds ?? null];
    return (await this.rows.query<unknown[]>(CLAIM, values)).length > 0;
  }

  async find({ installationId, handlerClass }: HandlerScope, key: string): Promise<OnceState | undefined> {
    return (await this.rows.query<OnceState[]>(FIND, [installationId, handlerClass, key]))[0];
  }

  /** Records that the work is done. @param result JSON */
  async finish(
    { installationId, handlerClass }: HandlerScope,
    key: string,
    owner: string,
    result?: string,
  ): Promise<void> {
    await this.rows.query(FINISH, [installationId, handlerClass, key, owner, result ?? null]);
  }

  /** The work failed: it is done by the next run that asks for it. */
  async release({ installationId, handlerClass }: HandlerScope, key: string, owner: string): Promise<void> {
    await this.rows.query(RELEASE, [installationId, handlerClass, key, owner]);
  }

  /** Deletes those of an installation, in the caller's transaction. */
  async deleteAll(transaction: EntityManager, installationId: string): Promise<void> {
    await transaction.delete(OnceRecordEntity, { installationId });
  }

  /** Deletes some that have expired. Resolves with how many. */
  async deleteExpired(limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_EXPIRED, [limit]);
    return deleted;
  }
}
