import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { DataSource, type EntityManager } from 'typeorm';
import { operatorsConfig } from '../../config/areas/operators.config.js';
import { type PlaneConnection } from '../../config/plane-connection.js';
import { PlaneConnections } from '../../config/plane-connections.js';
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
    private readonly connections: PlaneConnections,
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
  async add(
    { issuer, subject }: Profile,
    planeUserId: string,
    connection: PlaneConnection = this.connections.default,
  ): Promise<void> {
    const added = await this.dataSource.transaction(async (transaction) => {
      const link = { baseUrl: connection.baseUrl, planeUserId, issuer, subject };
      if (!(await this.links.add(link, transaction))) return false;
      await this.queue.unpark(transaction, `link:${subject}`);
      // So an earlier release parked them.
      await this.queue.unpark(transaction, `consent:${subject}`);
      return true;
    });
    if (added) return;
    await this.tokens.revokeUser(planeUserId, undefined, connection.id);
    throw personDisabled();
  }

  /** The links of a subject in the Planes of all connections, newest first. */
  async linksOf(subject: string, transaction?: EntityManager): Promise<Link[]> {
    const rows = await this.rowsOf(subject, transaction);
    return rows.map(({ planeUserId, linkedAt }) => ({ planeUserId, linkedAt }));
  }

  /** The Plane user that a subject linked most recently. @param baseUrl in this Plane; default: in any */
  async planeUserOf(subject: string, baseUrl?: string): Promise<string | undefined> {
    const rows = await this.rowsOf(subject);
    return rows.find((row) => baseUrl === undefined || row.baseUrl === baseUrl)?.planeUserId;
  }

  /** Removes a link and revokes its token. @throws {DomainError} `link_unknown` */
  async unlink(subject: string, planeUserId: string, transaction: EntityManager): Promise<void> {
    const found = (await this.rowsOf(subject, transaction)).filter((row) => row.planeUserId === planeUserId);
    if (found.length === 0) throw unknownLink();
    for (const link of found) {
      const ofPlane = this.connections.all.filter(({ baseUrl }) => baseUrl === link.baseUrl);
      for (const { id } of ofPlane) await this.tokens.revokeUser(planeUserId, transaction, id);
      await this.links.remove(link, transaction);
    }
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

  private async rowsOf(subject: string, transaction?: EntityManager): Promise<LinkedUserEntity[]> {
    if (!isSubject(subject)) return [];
    const baseUrls = [...new Set(this.connections.all.map(({ baseUrl }) => baseUrl))];
    return this.links.of(baseUrls, this.issuer, subject, transaction);
  }
}
