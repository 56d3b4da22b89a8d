import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { problemOf } from '../../common/problem.js';
import { withTimeout } from '../../common/with-timeout.js';
import { ConfigModule } from '../../config/config.module.js';
import { loadConfig } from '../../config/load-config.js';
import { DispatchModule } from '../../webhooks/dispatch/dispatch.module.js';
import { QueueService } from '../../queue/queue.service.js';
import { WebhookReceiverService } from '../../webhooks/receiver/webhook-receiver.service.js';
import { type Backend, type BackendOptions, type TestDeadLetter } from '../app/backend.js';
import { type SentWebhook, type WebhookAnswer } from '../app/wire.js';
import { AgentsRefused } from './agents-refused.js';
import { MemoryDatabaseModule } from './memory-database.module.js';
import { IN_MEMORY } from './memory-providers.js';
import { type MemoryQueue } from './memory-queue.js';
import { MemoryReceiverModule } from './memory-receiver.module.js';
import { withSubstitutes } from './substitutes.js';
import { VirtualClock } from './virtual-clock.js';

const SETTLE_MS = 10_000;
/** A run that does nothing for so long waits for time to pass, as one that hangs until its time-out. */
const QUIET_MS = 1000;

@Module({ imports: [MemoryReceiverModule, DispatchModule] })
class PipelineModule {}

/** Runs the pipeline in this process without PostgreSQL, by a clock that stands still. */
export class MemoryBackend implements Backend {
  readonly ref;
  private readonly clock: VirtualClock;
  private readonly queue: MemoryQueue;
  private readonly receiver: WebhookReceiverService;

  private constructor(
    private readonly context: INestApplicationContext,
    ref: Backend['ref'],
  ) {
    this.ref = ref;
    this.clock = context.get(VirtualClock, { strict: false });
    this.queue = context.get<unknown, MemoryQueue>(QueueService, { strict: false });
    this.receiver = context.get(WebhookReceiverService, { strict: false });
  }

  static async start({ environment, app, ref, onMove }: BackendOptions): Promise<MemoryBackend> {
    const config = loadConfig({ ...environment, HANGAR_ROLES: 'worker' });
    const imports = [
      ConfigModule.forRoot(config),
      MemoryDatabaseModule,
      withSubstitutes(PipelineModule, IN_MEMORY),
      app,
    ];
    class RootModule {}
    Module({ imports, providers: [AgentsRefused] })(RootModule);
    const context = await NestFactory.createApplicationContext(RootModule, { logger: false, abortOnError: false });
    const backend = new MemoryBackend(context, ref());
    backend.clock.onMove(async () => onMove(backend.clock.movedMs));
    return backend;
  }

  async deliver({ body, headers }: SentWebhook): Promise<WebhookAnswer> {
    // No two events arrive at the same moment: what follows an uninstall is later.
    await this.clock.moveTo(this.clock.now + 1);
    try {
      const { statusCode, answer } = await this.receiver.receive(body, headers);
      return { status: statusCode, body: { ...answer } };
    } catch (error) {
      const problem = problemOf(error, randomUUID());
      return { status: problem.status, body: { ...problem } };
    }
  }

  async settled(): Promise<void> {
    const running = (): Error => new Error(stillRunning(this.queue.running));
    await withTimeout(SETTLE_MS, this.queue.settled(), running);
  }

  async advance(ms: number): Promise<void> {
    const target = this.clock.now + ms;
    for (;;) {
      await this.quiet();
      const next = Math.min(this.queue.nextDue ?? Infinity, this.clock.nextTimer ?? Infinity);
      if (next > target) break;
      await this.clock.moveTo(next);
    }
    await this.clock.moveTo(target);
    await this.quiet();
  }

  now(): Date {
    return new Date(this.clock.now);
  }

  async deadLetters(): Promise<TestDeadLetter[]> {
    return this.queue.deadLetters.map(({ handler, data }) => ({
      handler,
      id: String(data['deliveryId'] ?? data['id']),
    }));
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  /** Settled, or what runs waits for time to pass. */
  private async quiet(): Promise<void> {
    const over = new AbortController();
    const quiet = wait(QUIET_MS, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([this.queue.settled(), quiet]).finally(() => over.abort());
  }
}

function stillRunning(handlers: readonly string[]): string {
  const names = [...new Set(handlers)].join(', ');
  return `${names} still runs after ${SETTLE_MS / 1000} s. To test its time-out, act with { wait: false } and then call app.clock.advance().`;
}
