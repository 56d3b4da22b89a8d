import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { UsedLogoutTokenEntity } from './used-logout-token.entity.js';

const USE = `
  INSERT INTO used_logout_tokens (token_hash, expires_at) VALUES ($1, now() + make_interval(secs => $2))
  ON CONFLICT (token_hash) DO NOTHING
  RETURNING token_hash`;
/** `SKIP LOCKED`: replicas that delete at the same time choose different rows. */
const DELETE_OLD = `
  DELETE FROM used_logout_tokens WHERE token_hash = ANY (ARRAY(
    SELECT token_hash FROM used_logout_tokens WHERE expires_at < now()
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))`;

/** The table of used logout tokens. */
@Injectable()
export class LogoutTokensRepository {
  constructor(@InjectRepository(UsedLogoutTokenEntity) private readonly rows: Repository<UsedLogoutTokenEntity>) {}

  /**
   * Runs `logout` once for a token, over all replicas and in one transaction: if it fails, the token remains unused.
   * Resolves with the result, or `undefined` if the token was already used.
   */
  async use<T>(
    id: string,
    rememberSeconds: number,
    logout: (transaction: EntityManager) => Promise<T>,
  ): Promise<T | undefined> {
    const tokenHash = createHash('sha256').update(id).digest('hex');
    return this.rows.manager.transaction(async (transaction) => {
      const used = await transaction.query<unknown[]>(USE, [tokenHash, rememberSeconds]);
      return used.length > 0 ? logout(transaction) : undefined;
    });
  }

  /** Deletes up to `limit` expired tokens. Resolves with their number. */
  async deleteOld(limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_OLD, [limit]);
    return deleted;
  }
}
