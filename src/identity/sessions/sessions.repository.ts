import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ConsoleSessionEntity } from './console-session.entity.js';

/** The columns of a new session; the database sets its times. */
export type NewSession = Omit<ConsoleSessionEntity, 'createdAt' | 'lastSeenAt' | 'expiresAt'>;

/** Inserts nothing if the person was disabled during the sign-in. */
const INSERT = `
  INSERT INTO console_sessions
    (id_hash, issuer, subject, sid, name, email, role, id_token, csrf_token, expires_at)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(secs => $10)
  WHERE NOT EXISTS (
    SELECT FROM people p WHERE p.issuer = $2 AND p.subject = $3 AND p.disabled_at IS NOT NULL)
  RETURNING id_hash`;
const FIND = `
  SELECT s.id_hash AS "idHash", s.issuer, s.subject, s.sid, s.name, s.email, s.role,
    s.id_token AS "idToken", s.csrf_token AS "csrfToken",
    s.last_seen_at < now() - make_interval(secs => $3) AS stale
  FROM console_sessions s
  WHERE s.id_hash = $1 AND s.issuer = $4
    AND s.expires_at > now() AND s.last_seen_at > now() - make_interval(secs => $2)
    AND NOT EXISTS (
      SELECT FROM people p WHERE p.issuer = s.issuer AND p.subject = s.subject AND p.disabled_at IS NOT NULL)`;
/** `SKIP LOCKED`: replicas that delete at the same time choose different rows. */
const DELETE_OLD = `
  DELETE FROM console_sessions WHERE id_hash = ANY (ARRAY(
    SELECT id_hash FROM console_sessions
    WHERE expires_at < now() OR last_seen_at < now() - make_interval(secs => $2)
    LIMIT $1 FOR UPDATE SKIP LOCKED))`;

/** A valid session; `stale` if its last use should be recorded. */
export type FoundSession = NewSession & { readonly stale: boolean };

/** Sessions to end: all of a subject, or those of one session at the provider. */
export interface SessionSelector {
  readonly subject?: string;
  readonly sid?: string;
}

/** The table of sessions. */
@Injectable()
export class SessionsRepository {
  constructor(@InjectRepository(ConsoleSessionEntity) private readonly rows: Repository<ConsoleSessionEntity>) {}

  /** Resolves with false if the subject is disabled. */
  async insert(session: NewSession, lifeSeconds: number): Promise<boolean> {
    const { idHash, issuer, subject, sid, name, email, role, idToken, csrfToken } = session;
    const values = [idHash, issuer, subject, sid, name, email, role, idToken, csrfToken, lifeSeconds];
    return (await this.rows.query<unknown[]>(INSERT, values)).length > 0;
  }

  /** A session within its time limits, of this issuer, whose person is not disabled. */
  async find(
    idHash: string,
    issuer: string,
    idleSeconds: number,
    staleSeconds: number,
  ): Promise<FoundSession | undefined> {
    const [row] = await this.rows.query<FoundSession[]>(FIND, [idHash, idleSeconds, staleSeconds, issuer]);
    return row;
  }

  async touch(idHash: string): Promise<void> {
    await this.rows.query(`UPDATE console_sessions SET last_seen_at = now() WHERE id_hash = $1`, [idHash]);
  }

  async delete(idHash: string): Promise<void> {
    await this.rows.delete({ idHash });
  }

  /** Deletes the sessions of a subject, or of one session at the provider. Resolves with their number. */
  async deleteOf(issuer: string, { subject, sid }: SessionSelector, transaction = this.rows.manager): Promise<number> {
    const selector = { ...(subject !== undefined && { subject }), ...(sid !== undefined && { sid }) };
    if (Object.keys(selector).length === 0) return 0;
    return (await transaction.delete(ConsoleSessionEntity, { issuer, ...selector })).affected ?? 0;
  }

  /** Deletes up to `limit` expired sessions. Resolves with their number. */
  async deleteOld(limit: number, idleSeconds: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_OLD, [limit, idleSeconds]);
    return deleted;
  }

  /** Replaces the encrypted id token, unless the row has changed since it was read. */
  async reseal({ idHash, idToken: before }: ConsoleSessionEntity, idToken: string): Promise<void> {
    if (before !== null) await this.rows.update({ idHash, idToken: before }, { idToken });
  }
}
