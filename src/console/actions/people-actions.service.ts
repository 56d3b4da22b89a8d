import { Injectable } from '@nestjs/common';
import { type Actor } from '../../audit/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { PeopleService } from '../../identity/people/people.service.js';

/** What an operator does with people, audited. */
@Injectable()
export class PeopleActionsService {
  constructor(
    private readonly audit: AuditService,
    private readonly people: PeopleService,
  ) {}

  /** Keeps a subject out, and takes their links away. @throws {DomainError} `subject_unusable` */
  async disable(by: Actor, subject: string): Promise<void> {
    await this.audit.audited(
      { by, action: 'person.disable', target: `person/${subject}` },
      () => this.people.disable(subject),
      (ended) => ({ ...ended }),
    );
  }

  /** Lets a subject in again. @throws {DomainError} `person_unknown` */
  async enable(by: Actor, subject: string): Promise<void> {
    await this.audit.audited({ by, action: 'person.enable', target: `person/${subject}` }, () =>
      this.people.enable(subject),
    );
  }

  /** Takes a link away and wipes its token. @throws {DomainError} `link_unknown` */
  async unlink(by: Actor, subject: string, planeUserId: string): Promise<void> {
    const act = { by, action: 'link.remove', target: `person/${subject}`, details: { planeUserId } } as const;
    await this.audit.audited(act, () => this.people.unlink(subject, planeUserId));
  }
}
