import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';

/** The first request that used a key. */
export interface FirstRequest {
  readonly request: string;
  readonly state: 'running' | 'answered' | 'unknown';
  readonly status: number | null;
  readonly answer: string | null;
  readonly startedAt: Date;
  readonly seconds: number;
}

/** The recorded response of a request. */
export interface StoredAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string | null;
}

/** An expired key counts as unused. */
const CLAIM = `
  INSERT INTO idempotency_keys AS known (id, request) VALUES ($1, $2)
  ON CONFLICT (id) DO UPDATE
  SET request = excluded.request, state = 'running', status = NULL, answer = NULL, started_at = now()
  WHERE known.started_at < now() - make_interval(secs => $3)
  RETURNING id`;

const FIND = `
  SELECT request, state, status, answer, started_at AS "startedAt",
         extract(epoch FROM now() - started_at)::float8 AS seconds
  FROM idempotency_keys WHERE id = $1`;

/** Replicas that delete at the same time skip each other's rows. */
const DELETE_OLD = `
  DELETE FROM idempotency_keys WHERE id = ANY (ARRAY(
    SELECT id FROM idempotency_keys WHERE started_at < now() - make_interval(secs => $1)
    ORDER BY started_at LIMIT $2 FOR UPDATE SKIP LOCKED))`;

/** The table of idempotency keys. */
@Injectable()
export class IdempotencyKeysRepository {
  constructor(@InjectRepository(IdempotencyKeyEntity) private readonly rows: Repository<IdempotencyKeyEntity>) {}

  /** Claims the key. Resolves with true for the first request with it, over all replicas. */
  async claim(id: string, request: string, lifeSeconds: number): Promise<boolean> {
    const claimed = await this.rows.query<unknown[]>(CLAIM, [id, request, lifeSeconds]);
    return claimed.length > 0;
  }

  async find(id: string): Promise<FirstRequest | undefined> {
    const [found] = await this.rows.query<FirstRequest[]>(FIND, [id]);
    return found;
  }

  async answer(id: string, { status, body }: StoredAnswer): Promise<void> {
    await this.rows.update({ id }, { state: 'answered', status, answer: body });
  }

  async markUnknown(id: string): Promise<void> {
    await this.rows.update({ id }, { state: 'unknown' });
  }

  /** Releases the key of a request that had no effect. */
  async release(id: string): Promise<void> {
    await this.rows.delete({ id });
  }

  /** Deletes keys that are older. Resolves with how many; at most `limit`. */
  async deleteOld(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_OLD, [seconds, limit]);
    return deleted;
  }
}
