import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type DomainError } from '../common/domain-error.js';

/** A module that has to know when operators have a handler run on deliveries again. */
export interface RerunParticipant {
  /**
   * Runs in the transaction that adds the jobs. Resolves with the deliveries on which the handler has nothing to do, each with
   * why: a replay leaves them out.
   */
  onRerun(
    transaction: EntityManager,
    handler: string,
    deliveryIds: readonly string[],
  ): Promise<ReadonlyMap<string, DomainError>>;
}

/** Those that take part. Modules of higher layers add themselves, so that queues need not know them. */
@Injectable()
export class RerunsRegistry {
  private readonly participants: RerunParticipant[] = [];

  add(participant: RerunParticipant): void {
    this.participants.push(participant);
  }

  /** Calls each, in the caller's transaction. Resolves with the deliveries on which the handler has nothing to do. */
  async notify(
    transaction: EntityManager,
    handler: string,
    deliveryIds: readonly string[],
  ): Promise<Map<string, DomainError>> {
    const refused = new Map<string, DomainError>();
    for (const participant of this.participants)
      for (const [id, why] of await participant.onRerun(transaction, handler, deliveryIds)) refused.set(id, why);
    return refused;
  }
}
