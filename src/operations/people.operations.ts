import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../audit/actor.js';
import { type AuditedOperation, AuditService } from '../audit/audit.service.js';
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
    return this.changed(
      subject,
      expected,
      { by, action: 'person.disable' },
      (transaction) => this.people.disable(subject, transaction),
      (ended) => ended,
    );
  }

  /** Enables a disabled person. @throws {DomainError} `person_unknown` */
  async enable(by: Actor, subject: string, expected?: Precondition): Promise<void> {
    await this.changed(subject, expected, { by, action: 'person.enable' }, (transaction) =>
      this.people.enable(subject, transaction),
    );
  }

  /** Removes a link to a Plane user and revokes its token. @throws {DomainError} `link_unknown` */
  async unlink(by: Actor, subject: string, planeUserId: string): Promise<void> {
    await this.changed(subject, undefined, { by, action: 'link.remove', details: { planeUserId } }, (transaction) =>
      this.people.unlink(subject, planeUserId, transaction),
    );
  }

  private async changed<T>(
    subject: string,
    precondition: Precondition | undefined,
    operation: AuditedOperation,
    run: (transaction: EntityManager) => Promise<T>,
    details?: (result: T) => Readonly<Record<string, unknown>>,
  ): Promise<T> {
    const target = `person/${subject}`;
    return this.lock.run({
      resource: target,
      precondition,
      lockRows: async (transaction) => this.people.lock(subject, transaction),
      change: async (transaction) =>
        this.audit.audited({ ...operation, target }, () => run(transaction), details, transaction),
    });
  }
}
