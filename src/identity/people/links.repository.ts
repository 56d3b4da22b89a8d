import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, Repository } from 'typeorm';
import { LinkedUserEntity } from './linked-user.entity.js';

/**
 * The last person to consent owns the Plane user; a disabled person gets no link. `FOR SHARE` serializes this with the
 * disabling of the person, which then removes the link.
 */
const ADD = `
  WITH person AS (SELECT disabled_at FROM people WHERE issuer = $3 AND subject = $4 FOR SHARE)
  INSERT INTO linked_users (base_url, plane_user_id, issuer, subject)
  SELECT $1, $2, $3, $4
  WHERE NOT EXISTS (SELECT FROM person WHERE disabled_at IS NOT NULL)
  ON CONFLICT (base_url, plane_user_id)
    DO UPDATE SET issuer = excluded.issuer, subject = excluded.subject, linked_at = now()
  RETURNING plane_user_id`;

/** The table of links between people and Plane users. */
@Injectable()
export class LinksRepository {
  constructor(@InjectRepository(LinkedUserEntity) private readonly rows: Repository<LinkedUserEntity>) {}

  /** Resolves with false if the subject is disabled. */
  async add(
    { baseUrl, planeUserId, issuer, subject }: Omit<LinkedUserEntity, 'linkedAt'>,
    transaction: EntityManager,
  ): Promise<boolean> {
    const values = [baseUrl, planeUserId, issuer, subject];
    return (await transaction.query<unknown[]>(ADD, values)).length > 0;
  }

  /** The links of a subject in these Planes, newest first. */
  async of(
    baseUrls: readonly string[],
    issuer: string,
    subject: string,
    transaction: EntityManager = this.rows.manager,
  ): Promise<LinkedUserEntity[]> {
    const where = { baseUrl: In([...baseUrls]), issuer, subject };
    return transaction.find(LinkedUserEntity, { where, order: { linkedAt: 'DESC' } });
  }

  async remove(
    { baseUrl, planeUserId, issuer, subject }: Omit<LinkedUserEntity, 'linkedAt'>,
    transaction: EntityManager,
  ): Promise<void> {
    await transaction.delete(LinkedUserEntity, { baseUrl, planeUserId, issuer, subject });
  }
}
