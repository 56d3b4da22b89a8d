import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { type OperatorRole } from '../operator-role.js';
import { type Profile } from '../profile.js';
import { PersonEntity } from './person.entity.js';

const RECORD_SIGN_IN = `
  INSERT INTO people (issuer, subject, name, email, role, first_seen_at, last_seen_at)
  VALUES ($1, $2, $3, $4, $5, now(), now())
  ON CONFLICT (issuer, subject) DO UPDATE SET
    name = excluded.name, email = excluded.email, role = excluded.role, last_seen_at = now(),
    first_seen_at = coalesce(people.first_seen_at, now())
  WHERE people.disabled_at IS NULL
  RETURNING subject`;
const DISABLE = `
  INSERT INTO people (issuer, subject, disabled_at) VALUES ($1, $2, now())
  ON CONFLICT (issuer, subject) DO UPDATE SET disabled_at = coalesce(people.disabled_at, now())`;

/** Who never signed in comes last. */
const SEEN = `coalesce(person.last_seen_at, '-infinity')`;
const AFTER = `
  EXISTS (SELECT FROM (SELECT subject, coalesce(last_seen_at, '-infinity') AS seen FROM people
                       WHERE issuer = :issuer AND subject = :after) AS last
          WHERE ${SEEN} < last.seen OR (${SEEN} = last.seen AND person.subject > last.subject))`;
const LOCK = `SELECT FROM people WHERE issuer = $1 AND subject = $2 FOR UPDATE`;

/** The table of people. */
@Injectable()
export class PeopleRepository {
  constructor(@InjectRepository(PersonEntity) private readonly rows: Repository<PersonEntity>) {}

  /** Records a sign-in. Resolves with false, and changes nothing, if the subject is disabled. */
  async recordSignIn({ issuer, subject, name, email }: Profile, role: OperatorRole | undefined): Promise<boolean> {
    const values = [issuer, subject, name ?? null, email ?? null, role ?? null];
    return (await this.rows.query<unknown[]>(RECORD_SIGN_IN, values)).length > 0;
  }

  /** By the last sign-in, newest first, at most `limit`. @param after the last subject of the page before */
  async page(issuer: string, limit: number, after?: string): Promise<PersonEntity[]> {
    const listed = this.rows.createQueryBuilder('person').where('person.issuer = :issuer', { issuer });
    if (after !== undefined) listed.andWhere(AFTER, { after });
    return listed.orderBy(SEEN, 'DESC').addOrderBy('person.subject').limit(limit).getMany();
  }

  async find(issuer: string, subject: string): Promise<PersonEntity | undefined> {
    return (await this.rows.findOneBy({ issuer, subject })) ?? undefined;
  }

  /** Also disables a subject that has never signed in. */
  async disable(issuer: string, subject: string, transaction: EntityManager): Promise<void> {
    await transaction.query(DISABLE, [issuer, subject]);
  }

  async lock(issuer: string, subject: string, transaction: EntityManager): Promise<void> {
    await transaction.query(LOCK, [issuer, subject]);
  }

  /** Resolves with false if the subject is unknown. */
  async enable(issuer: string, subject: string, transaction: EntityManager): Promise<boolean> {
    const { affected } = await transaction.update(PersonEntity, { issuer, subject }, { disabledAt: null });
    return affected === 1;
  }
}
