import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import {
  type InstallParticipant,
  InstallParticipantsRegistry,
} from '../installations/install-participants.registry.js';
import { type Installation } from '../installations/installation.js';
import {
  type DeliveryParticipant,
  DeliveryParticipantsRegistry,
  type StoredEvent,
} from '../webhooks/deliveries/delivery-participants.registry.js';
import { storable } from '../webhooks/deliveries/delivery-row.js';
import { EVENT_NAMES } from '../webhooks/events/event-table.js';
import { TaskRegistry } from './task.registry.js';
import { TasksRepository } from './tasks.repository.js';

/**
 * Cancels tasks by events, in the transaction that stores the webhook, and deletes those of an installation in the
 * transaction that uninstalls it.
 */
@Injectable()
export class TaskEventsService implements OnApplicationBootstrap, DeliveryParticipant, InstallParticipant {
  readonly eventNames: ReadonlySet<string> = new Set(EVENT_NAMES);

  constructor(
    private readonly registry: TaskRegistry,
    private readonly tasks: TasksRepository,
    private readonly deliveries: DeliveryParticipantsRegistry,
    installs: InstallParticipantsRegistry,
  ) {
    installs.add(this);
  }

  /** An app without tasks pays nothing for each webhook. */
  onApplicationBootstrap(): void {
    if (this.registry.taskNames().length > 0) this.deliveries.add(this);
  }

  async onStored(transaction: EntityManager, stored: readonly StoredEvent[]): Promise<void> {
    const events = stored.flatMap(({ event, delivery: { workspaceId } }) => {
      const entityId = event.workItem?.id || event.entityId;
      const actorId = event.actor ? storable(event.actor.id) : null;
      return entityId === '' ? [] : [{ workspaceId, entityId: storable(entityId), name: event.name, actorId }];
    });
    if (events.length > 0) await this.tasks.cancelByEvents(transaction, events);
  }

  async onInstall(): Promise<void> {
    // Tasks were deleted with the last uninstall.
  }

  async onUninstall(transaction: EntityManager, { id }: Installation): Promise<void> {
    await this.tasks.deleteOf(transaction, id);
  }
}
