import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { Throttle } from '../common/throttle.js';
import { HangarConfig } from '../config/hangar-config.js';
import { oldQueueSchema } from './queue.errors.js';
import { QUEUE_SCHEMA } from './queue-schema.js';

/** How often pg-boss looks for jobs whose process died, and counts. */
const SUPERVISE_SECONDS = 5;
/** While the database is away pg-boss complains several times a second. */
const LOG_INTERVAL_MS = 5000;

/** pg-boss, started and stopped with the application. */
@Injectable()
export class BossService implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('QueueService');
  private readonly troubles = new Throttle(LOG_INTERVAL_MS);
  private running = false;
  readonly boss: PgBoss;

  constructor(config: HangarConfig) {
    this.boss = new PgBoss({
      connectionString: config.databaseUrl?.reveal() ?? '',
      schema: QUEUE_SCHEMA,
      application_name: 'hangar queue',
      max: config.databasePoolSize,
      migrate: false,
      createSchema: false,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      schedule: false,
      // Its spans tell of polls and batches; ours of jobs (job-spans.ts).
      openTelemetry: { enabled: false },
    });
    this.boss.on('error', (error) => this.reportError(error));
    this.boss.on('warning', ({ message }) => this.logger.warn(message));
  }

  async onModuleInit(): Promise<void> {
    await this.boss.start().catch((error: unknown) => {
      throw oldQueueSchema(error);
    });
    this.running = true;
  }

  /** Whether jobs can be taken and given. */
  isRunning(): boolean {
    return this.running;
  }

  /** Tells of trouble with the queue, once in a while. */
  reportError(error: unknown): void {
    if (this.troubles.tryAcquire()) this.logger.error({ msg: 'queue trouble', err: error });
  }

  beforeApplicationShutdown(): void {
    this.running = false;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.boss.stop({ graceful: false, close: true });
  }
}
