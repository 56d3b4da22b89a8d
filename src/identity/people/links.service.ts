import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HangarConfig } from '../../config/hangar-config.js';
import { QueueService } from '../../queue/queue.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { DEVELOPER } from '../access/developer.js';
import { personDisabled } from '../identity.errors.js';
import { type Profile } from '../profile.js';
import { type LinkedUserEntity } from './linked-user.entity.js';
import { LinksRepository } from './links.repository.js';
import { unknownLink } from './people.errors.js';

/** A Plane user that somebody has let the app act as. */
export interface Link {
  readonly planeUserId: string;
  readonly linkedAt: Date;
}

/** Which Plane users belong to whom of those who sign in. */
@Injectable()
export class LinksService {
  constructor(
    private readonly config: HangarConfig,
    private readonly links: LinksRepository,
    private readonly tokens: TokensService,
    private readonly dataSource: DataSource,
    private readonly queue: QueueService,
  ) {}

  /**
   * Ties a Plane user whose consent has just come to a subject, and lets the events go on that waited for it.
   *
   * @throws {DomainError} `person_disabled`: the Plane user's token is wiped then
   */
  async add({ issuer, subject }: Profile, planeUserId: string): Promise<void> {
    const added = await this.dataSource.transaction(async (transaction) => {
      const link = this.linkOf(subject, planeUserId, issuer);
      if (!(await this.links.add(link, transaction))) return false;
      await this.queue.unpark(transaction, `consent:${subject}`);
      return true;
    });
    if (added) return;
    await this.tokens.revokeUser(planeUserId);
    throw personDisabled();
  }

  /** Of a subject, the newest first. */
  async linksOf(subject: string): Promise<Link[]> {
    const rows = await this.links.of(this.config.planeBaseUrl, this.issuer, subject);
    return rows.map(({ planeUserId, linkedAt }) => ({ planeUserId, linkedAt }));
  }

  /** The Plane user that a subject linked last. */
  async planeUserOf(subject: string): Promise<string | undefined> {
    return (await this.linksOf(subject))[0]?.planeUserId;
  }

  /** Takes a link away and wipes its token. @throws {DomainError} `link_unknown` */
  async unlink(subject: string, planeUserId: string): Promise<void> {
    const links = await this.linksOf(subject);
    if (!links.some((link) => link.planeUserId === planeUserId)) throw unknownLink();
    // The token first: a link that is left over can be taken away again.
    await this.tokens.revokeUser(planeUserId);
    await this.links.remove(this.linkOf(subject, planeUserId));
  }

  /** {@link unlink} of all of a subject's. Resolves with how many there were. */
  async unlinkAll(subject: string): Promise<number> {
    const links = await this.linksOf(subject);
    for (const { planeUserId } of links) await this.unlink(subject, planeUserId);
    return links.length;
  }

  private get issuer(): string {
    return this.config.oidcIssuer ?? DEVELOPER.issuer;
  }

  private linkOf(
    subject: string,
    planeUserId: string,
    issuer = this.issuer,
  ): Omit<LinkedUserEntity, 'linkedAt'> {
    return { baseUrl: this.config.planeBaseUrl, planeUserId, issuer, subject };
  }
}
