import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { QueueService } from '../queue/queue.service.js';
import { type LifecycleNotice } from './lifecycle-event.js';

/** Where notices wait until they are given to the handlers that want them. */
export const LIFECYCLE_QUEUE = 'hangar.lifecycle';

const A_WEEK_SECONDS = 604_800;

/** Tells what happens to the app itself, in the transaction in which it happens. */
@Injectable()
export class LifecycleEventsService implements OnModuleInit {
  constructor(private readonly queue: QueueService) {}

  async onModuleInit(): Promise<void> {
    await this.queue.declare(LIFECYCLE_QUEUE, {
      retryLimit: 20,
      retryDelaySeconds: 5,
      backoff: true,
      timeoutSeconds: 60,
      keepSeconds: A_WEEK_SECONDS,
    });
  }

  /** Told to the handlers once the transaction commits, and never if it does not. */
  async publish(transaction: EntityManager, notice: NewNotice): Promise<void> {
    const event = { id: uuid(), occurredAt: new Date().toISOString(), ...notice } satisfies LifecycleNotice;
    await this.queue.enqueue(transaction, LIFECYCLE_QUEUE, [{ data: event }]);
  }
}

/** A notice without what each of them gets. */
type NewNotice = LifecycleNotice extends infer Notice
  ? Notice extends LifecycleNotice
    ? Omit<Notice, 'id' | 'occurredAt'>
    : never
  : never;
