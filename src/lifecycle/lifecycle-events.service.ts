import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import {
  type InstallParticipant,
  InstallParticipantsRegistry,
} from '../installations/install-participants.registry.js';
import { type Installation } from '../installations/installation.js';
import { type Grant } from '../plane/plane-answers.js';
import { QueueService } from '../queue/queue.service.js';
import { type LifecycleNotice } from './lifecycle-event.js';

/** The queue of notices, until they are dispatched to their handlers. */
export const LIFECYCLE_QUEUE = 'hangar.lifecycle';

const A_WEEK_SECONDS = 604_800;

/** A notice without the fields that every notice gets. */
type NewNotice = LifecycleNotice extends infer Notice
  ? Notice extends LifecycleNotice
    ? Omit<Notice, 'id' | 'occurredAt'>
    : never
  : never;

/** Publishes what happens to the app itself, in the transaction in which it happens. */
@Injectable()
export class LifecycleEventsService implements OnModuleInit, InstallParticipant {
  constructor(
    private readonly queue: QueueService,
    participants: InstallParticipantsRegistry,
  ) {
    participants.add(this);
  }

  async onModuleInit(): Promise<void> {
    await this.queue.declare(LIFECYCLE_QUEUE, {
      retryLimit: 20,
      retryDelaySeconds: 5,
      backoff: true,
      timeoutSeconds: 60,
      keepSeconds: A_WEEK_SECONDS,
    });
  }

  /** Handlers get it once the transaction commits, and never if it does not. */
  async publish(transaction: EntityManager, notice: NewNotice): Promise<void> {
    const event = { id: uuid(), occurredAt: new Date().toISOString(), ...notice } satisfies LifecycleNotice;
    await this.queue.enqueue(transaction, LIFECYCLE_QUEUE, [{ data: event }]);
  }

  /** Publishes `installation.added`. */
  async onInstall(
    transaction: EntityManager,
    { id }: Installation,
    _: Grant | undefined,
    added: boolean,
  ): Promise<void> {
    if (added) await this.publish(transaction, { name: 'installation.added', installationId: id });
  }

  /** Publishes `installation.removed`. */
  async onUninstall(transaction: EntityManager, { id }: Installation, removed: boolean): Promise<void> {
    if (removed) await this.publish(transaction, { name: 'installation.removed', installationId: id });
  }
}
