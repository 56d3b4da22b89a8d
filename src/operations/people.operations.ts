import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { PeopleService } from '../identity/people/people.service.js';

/** What an operator does with people and their links, audited. */
@Injectable()
export class PeopleOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly people: PeopleService,
  ) {}

  /**
   * Keeps somebody out and takes their links away; also a subject that was never here. Resolves with what has ended.
   *
   * @throws {DomainError} `subject_unusable`
   */
  async disable(by: Actor, subject: string): Promise<{ sessions: number; links: number }> {
    return this.audit.audited(
      { by, action: 'person.disable', target: `person/${subject}` },
      () => this.people.disable(subject),
      (ended) => ended,
    );
  }

  /** Lets somebody in again. @throws {DomainError} `person_unknown` */
  async enable(by: Actor, subject: string): Promise<void> {
    await this.audit.audited({ by, action: 'person.enable', target: `person/${subject}` }, () =>
      this.people.enable(subject),
    );
  }

  /** Takes a link to a Plane user away and wipes its token. @throws {DomainError} `link_unknown` */
  async unlink(by: Actor, subject: string, planeUserId: string): Promise<void> {
    const details = { planeUserId };
    await this.audit.audited({ by, action: 'link.remove', target: `person/${subject}`, details }, () =>
      this.people.unlink(subject, planeUserId),
    );
  }
}
