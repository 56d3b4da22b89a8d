import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { OAuthStateEntity } from './oauth-state.entity.js';
import { type PendingConsent } from './pending-consent.js';

type ConsumedRow = Pick<OAuthStateEntity, 'flow' | 'returnTo' | 'subject'>;

const CONSUME = `
  UPDATE oauth_states SET used_at = now()
  WHERE state_hash = $1 AND browser_hash = $2 AND used_at IS NULL AND expires_at > now()
  RETURNING flow, return_to AS "returnTo", subject`;
/** Concurrent replicas delete different rows. */
const DELETE_OLD = `
  DELETE FROM oauth_states WHERE state_hash = ANY (ARRAY(
    SELECT state_hash FROM oauth_states WHERE expires_at < now() - interval '1 day'
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED))`;

/** The table of states that were made before release 0.2: they are read until they expire, and no new ones are made. */
@Injectable()
export class OAuthStatesRepository {
  constructor(@InjectRepository(OAuthStateEntity) private readonly rows: Repository<OAuthStateEntity>) {}

  /** Marks the state as used, once over all replicas. */
  async consume(stateHash: string, browserHash: string): Promise<PendingConsent | undefined> {
    const [rows] = await this.rows.query<[ConsumedRow[], number]>(CONSUME, [stateHash, browserHash]);
    const [row] = rows;
    return row && pendingConsent(row);
  }

  /** Marks the state as used, whichever browser sent it. */
  async useUp(stateHash: string): Promise<void> {
    await this.rows.query(`UPDATE oauth_states SET used_at = now() WHERE state_hash = $1 AND used_at IS NULL`, [
      stateHash,
    ]);
  }

  async find(stateHash: string): Promise<OAuthStateEntity | undefined> {
    return (await this.rows.findOneBy({ stateHash })) ?? undefined;
  }

  /** Deletes some states that expired over a day ago. Resolves with how many. */
  async deleteOld(limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_OLD, [limit]);
    return deleted;
  }
}

/** The consent that a row stands for. */
export function pendingConsent({ flow, returnTo, subject }: ConsumedRow): PendingConsent {
  return { flow, ...(returnTo !== null && { returnTo }), ...(subject !== null && { subject }) };
}
