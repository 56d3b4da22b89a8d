import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { UsedValueEntity } from './used-value.entity.js';

const ADD = `
  INSERT INTO oauth_used_values (value_hash, expires_at, state_hash)
  VALUES ($1, now() + make_interval(secs => $2), $3)
  ON CONFLICT (value_hash) DO NOTHING
  RETURNING value_hash`;
/** Concurrent replicas delete different rows. */
const DELETE_EXPIRED = `
  DELETE FROM oauth_used_values WHERE value_hash = ANY (ARRAY(
    SELECT value_hash FROM oauth_used_values WHERE expires_at < now()
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))`;

/** The table of states that were used up and codes that were seen. */
@Injectable()
export class UsedValuesRepository {
  constructor(@InjectRepository(UsedValueEntity) private readonly rows: Repository<UsedValueEntity>) {}

  /** Resolves with true once for a hash, over all replicas. @param stateHash of the state that came with a code */
  async add(valueHash: string, rememberSeconds: number, stateHash: string | null = null): Promise<boolean> {
    return (await this.rows.query<unknown[]>(ADD, [valueHash, rememberSeconds, stateHash])).length > 0;
  }

  /** The hash of the state that came with a code; `undefined` where the code was not seen. */
  async stateOf(valueHash: string): Promise<string | undefined> {
    return (await this.rows.findOneBy({ valueHash }))?.stateHash ?? undefined;
  }

  /** Deletes up to `limit` expired rows. Resolves with their number. */
  async deleteExpired(limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_EXPIRED, [limit]);
    return deleted;
  }
}
