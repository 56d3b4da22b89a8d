import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type PlaneEvent } from '../events/plane-event.js';
import { type NewDelivery } from './delivery-row.js';

/** A new delivery whose event a participant wants, as the database stored it. */
export interface StoredEvent {
  readonly event: PlaneEvent;
  readonly delivery: Pick<NewDelivery['row'], 'id' | 'connectionId' | 'workspaceId' | 'receivedAt'>;
}

/** A module that stores something for each delivery of certain events. */
export interface DeliveryParticipant {
  /** The names of the events. */
  readonly eventNames: ReadonlySet<string>;
  /**
   * Runs in the transaction that stores the deliveries, before their handlers' jobs are added, once for all of its events, in
   * the order of their arrival. A rejection rejects the deliveries.
   */
  onStored(transaction: EntityManager, stored: readonly StoredEvent[]): Promise<void>;
}

/** Those that take part. Modules of higher layers add themselves, so that deliveries need not know them. */
@Injectable()
export class DeliveryParticipantsRegistry {
  private readonly participants: DeliveryParticipant[] = [];

  add(participant: DeliveryParticipant): void {
    this.participants.push(participant);
  }

  /** Calls each participant that wants an event of these deliveries, in the caller's transaction. */
  async notify(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<void> {
    for (const participant of this.participants) {
      const wanted = deliveries.flatMap(({ row, event }) =>
        event && participant.eventNames.has(row.eventName) ? [{ event, delivery: row }] : [],
      );
      if (wanted.length > 0) await participant.onStored(transaction, wanted);
    }
  }
}
