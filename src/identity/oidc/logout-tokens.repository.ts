import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { UsedLogoutTokenEntity } from './used-logout-token.entity.js';

const USE = `
  INSERT INTO used_logout_tokens (token_hash, expires_at) VALUES ($1, now() + make_interval(secs => $2))
  ON CONFLICT (token_hash) DO NOTHING
  RETURNING token_hash`;
/** Replicas that delete at once take different rows. */
const DELETE_OLD = `
  DELETE FROM used_logout_tokens WHERE token_hash = ANY (ARRAY(
    SELECT token_hash FROM used_logout_tokens WHERE expires_at < now()
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))`;

/** The table of logout tokens that were used. */
@Injectable()
export class LogoutTokensRepository {
  constructor(
    @InjectRepository(UsedLogoutTokenEntity) private readonly rows: Repository<UsedLogoutTokenEntity>,
  ) {}

  /**
   * Does what a token is good for, once over all replicas; where that fails the token stays good. Resolves with what came
   * of it, `undefined` where the token was used.
   */
  async use<T>(
    id: string,
    rememberSeconds: number,
    act: (transaction: EntityManager) => Promise<T>,
  ): Promise<T | undefined> {
    const tokenHash = createHash('sha256').update(id).digest('hex');
    return this.rows.manager.transaction(async (transaction) => {
      const used = await transaction.query<unknown[]>(USE, [tokenHash, rememberSeconds]);
      return used.length > 0 ? act(transaction) : undefined;
    });
  }

  /** Deletes some that nobody needs to remember. Resolves with how many. */
  async deleteOld(limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_OLD, [limit]);
    return deleted;
  }
}
