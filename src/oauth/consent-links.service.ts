import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { AuditService } from '../audit/audit.service.js';
import { actorOf, type Operator } from '../identity/operator.js';
import { LinksService } from '../identity/people/links.service.js';
import { SessionsService } from '../identity/sessions/sessions.service.js';
import { otherPerson } from './oauth.errors.js';

/** Ties Plane users who consent to those who are signed in at the console in the same browser. */
@Injectable()
export class ConsentLinksService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly links: LinksService,
    private readonly audit: AuditService,
  ) {}

  /** Who is signed in; nobody needs to be. */
  async subjectOf(request: FastifyRequest): Promise<string | undefined> {
    return (await this.sessions.operatorOf(request))?.subject;
  }

  /** The person that began a consent, still signed in. @throws {DomainError} `link_other_person` */
  async requirePerson(subject: string, request: FastifyRequest): Promise<Operator> {
    const person = await this.sessions.operatorOf(request);
    if (person?.subject !== subject) throw otherPerson();
    return person;
  }

  /** @throws {DomainError} `person_disabled` */
  async link(person: Operator, planeUserId: string): Promise<void> {
    const act = { by: actorOf(person), action: 'link.add', target: `person/${person.subject}` } as const;
    await this.audit.audited({ ...act, details: { planeUserId } }, () => this.links.add(person, planeUserId));
  }
}
