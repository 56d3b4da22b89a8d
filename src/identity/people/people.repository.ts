import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { type OperatorRole } from '../operator-role.js';
import { type Profile } from '../profile.js';
import { PersonEntity } from './person.entity.js';

const SEEN = `
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

/** The table of people. */
@Injectable()
export class PeopleRepository {
  constructor(@InjectRepository(PersonEntity) private readonly rows: Repository<PersonEntity>) {}

  /** Books a sign-in. Resolves with false, and changes nothing, where the subject is disabled. */
  async seen({ issuer, subject, name, email }: Profile, role: OperatorRole | undefined): Promise<boolean> {
    const values = [issuer, subject, name ?? null, email ?? null, role ?? null];
    return (await this.rows.query<unknown[]>(SEEN, values)).length > 0;
  }

  /** Those who were here last first. */
  async list(issuer: string): Promise<PersonEntity[]> {
    const order = { lastSeenAt: { direction: 'DESC', nulls: 'LAST' }, subject: 'ASC' } as const;
    return this.rows.find({ where: { issuer }, order });
  }

  async find(issuer: string, subject: string): Promise<PersonEntity | undefined> {
    return (await this.rows.findOneBy({ issuer, subject })) ?? undefined;
  }

  /** Also one that nobody has seen. */
  async disable(issuer: string, subject: string): Promise<void> {
    await this.rows.query(DISABLE, [issuer, subject]);
  }

  /** Resolves with false where there is no such subject. */
  async enable(issuer: string, subject: string): Promise<boolean> {
    return (await this.rows.update({ issuer, subject }, { disabledAt: null })).affected === 1;
  }
}
