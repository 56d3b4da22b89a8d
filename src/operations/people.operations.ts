import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { PeopleService } from '../identity/people/people.service.js';
import { ChangeLock, type Precondition } from './change-lock.service.js';

/** Operations on people and their links, audited. */
@Injectable()
export class PeopleOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly people: PeopleService,
    private readonly lock: ChangeLock,
  ) {}

  /**
   * Disables a person and removes their links; the subject need not have signed in yet. Resolves with how many sessions
   * and links ended.
   *
   * @throws {DomainError} `subject_unusable`
   */
  async disable(by: Actor, subject: string, expected?: Precondition): Promise<{ sessions: number; links: number }> {
    return this.lock.run(`person/${subject}`, expected, async () =>
      this.audit.audited(
        { by, action: 'person.disable', target: `person/${subject}` },
        () => this.people.disable(subject),
        (ended) => ended,
      ),
    );
  }

  /** Enables a disabled person. @throws {DomainError} `person_unknown` */
  async enable(by: Actor, subject: string, expected?: Precondition): Promise<void> {
    const target = `person/${subject}`;
    await this.lock.run(target, expected, async () =>
      this.audit.audited({ by, action: 'person.enable', target }, () => this.people.enable(subject)),
    );
  }

  /** Removes a link to a Plane user and revokes its token. @throws {DomainError} `link_unknown` */
  async unlink(by: Actor, subject: string, planeUserId: string): Promise<void> {
    const [target, details] = [`person/${subject}`, { planeUserId }];
    await this.lock.run(target, undefined, async () =>
      this.audit.audited({ by, action: 'link.remove', target, details }, () =>
        this.people.unlink(subject, planeUserId),
      ),
    );
  }
}
