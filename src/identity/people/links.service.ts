import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { DataSource, type EntityManager } from 'typeorm';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { planeConfig } from '../../config/areas/plane.config.js';
import { QueueService } from '../../queue/queue.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { isSubject, type Profile, storedIssuer } from '../profile.js';
import { personDisabled } from '../identity.errors.js';
import { type LinkedUserEntity } from './linked-user.entity.js';
import { LinksRepository } from './links.repository.js';
import { unknownLink } from './people.errors.js';

/** A Plane user that the app may act as, by a person's consent. */
export interface Link {
  readonly planeUserId: string;
  readonly linkedAt: Date;
}

/** Links the people who sign in here to their Plane users. */
@Injectable()
export class LinksService {
  constructor(
    @Inject(operatorsConfig.KEY) private readonly operators: ConfigType<typeof operatorsConfig>,
    @Inject(planeConfig.KEY) private readonly plane: ConfigType<typeof planeConfig>,
    private readonly links: LinksRepository,
    private readonly tokens: TokensService,
    private readonly dataSource: DataSource,
    private readonly queue: QueueService,
  ) {}

  /**
   * Links a Plane user who has just consented to a subject, and releases the events parked for that link.
   *
   * @throws {DomainError} `person_disabled`: the Plane user's token is revoked
   */
  async add({ issuer, subject }: Profile, planeUserId: string): Promise<void> {
    const added = await this.dataSource.transaction(async (transaction) => {
      const link = this.linkOf(subject, planeUserId, issuer);
      if (!(await this.links.add(link, transaction))) return false;
      await this.queue.unpark(transaction, `link:${subject}`);
      // So an earlier release parked them.
      await this.queue.unpark(transaction, `consent:${subject}`);
      return true;
    });
    if (added) return;
    await this.tokens.revokeUser(planeUserId);
    throw personDisabled();
  }

  /** The links of a subject, newest first. */
  async linksOf(subject: string, transaction?: EntityManager): Promise<Link[]> {
    if (!isSubject(subject)) return [];
    const rows = await this.links.of(this.plane.planeBaseUrl, this.issuer, subject, transaction);
    return rows.map(({ planeUserId, linkedAt }) => ({ planeUserId, linkedAt }));
  }

  /** The Plane user that a subject linked most recently. */
  async planeUserOf(subject: string): Promise<string | undefined> {
    return (await this.linksOf(subject))[0]?.planeUserId;
  }

  /** Removes a link and revokes its token. @throws {DomainError} `link_unknown` */
  async unlink(subject: string, planeUserId: string, transaction: EntityManager): Promise<void> {
    const links = await this.linksOf(subject, transaction);
    if (!links.some((link) => link.planeUserId === planeUserId)) throw unknownLink();
    await this.tokens.revokeUser(planeUserId, transaction);
    await this.links.remove(this.linkOf(subject, planeUserId), transaction);
  }

  /** Removes all links of a subject, as {@link unlink} does. Resolves with their number. */
  async unlinkAll(subject: string, transaction: EntityManager): Promise<number> {
    const links = await this.linksOf(subject, transaction);
    for (const { planeUserId } of links) await this.unlink(subject, planeUserId, transaction);
    return links.length;
  }

  private get issuer(): string {
    return storedIssuer(this.operators.oidcIssuer);
  }

  private linkOf(subject: string, planeUserId: string, issuer = this.issuer): Omit<LinkedUserEntity, 'linkedAt'> {
    return { baseUrl: this.plane.planeBaseUrl, planeUserId, issuer, subject };
  }
}
