import { Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { type PlaneConnection } from '../config/plane-connection.js';
import { actorOf, type Operator } from '../identity/operator.js';
import { LinksService } from '../identity/people/links.service.js';
import { SessionsService } from '../identity/sessions/sessions.service.js';
import { otherPerson } from './oauth.errors.js';

/** Links Plane users who consent to the person who is signed in at the console in the same browser. */
@Injectable()
export class ConsentLinksService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly links: LinksService,
    private readonly audit: AuditService,
  ) {}

  /** The subject of the person who is signed in, if any. */
  async subjectOf(request: FastifyRequest): Promise<string | undefined> {
    return (await this.sessions.operatorOf(request))?.subject;
  }

  /** Who sends a request, for the audit log. */
  async actorOf(request: FastifyRequest): Promise<Actor> {
    const person = await this.sessions.operatorOf(request);
    return person ? actorOf(person) : { kind: 'anonymous', id: 'unknown', from: request.ip };
  }

  /** The person who started a consent and is still signed in. @throws {DomainError} `link_other_person` */
  async requirePerson(subject: string, request: FastifyRequest): Promise<Operator> {
    const person = await this.sessions.operatorOf(request);
    if (person?.subject !== subject) throw otherPerson();
    return person;
  }

  /** @throws {DomainError} `person_disabled` */
  async link(person: Operator, planeUserId: string, connection: PlaneConnection): Promise<void> {
    const operation = {
      by: actorOf(person),
      action: 'link.add',
      target: `person/${person.subject}`,
    } as const;
    await this.audit.audited({ ...operation, details: { planeUserId } }, () =>
      this.links.add(person, planeUserId, connection),
    );
  }
}
