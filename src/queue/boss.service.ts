import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { PgBoss } from 'pg-boss';
import { RateLimitedLogger } from '../common/rate-limited-logger.js';
import { databaseConfig } from '../config/areas/database.config.js';
import { sessionSettings } from '../database/session-settings.js';
import { queueUnavailable } from './queue.errors.js';
import { PgBossSql } from './pgboss.sql.js';

/** How often pg-boss fails jobs whose process died, and counts jobs. */
const SUPERVISE_SECONDS = 5;
/** While the database is down pg-boss reports several errors a second. */
const LOG_INTERVAL_MS = 5000;

/** pg-boss, started and stopped with the application. */
@Injectable()
export class BossService implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly errors = new RateLimitedLogger('QueueService', LOG_INTERVAL_MS);
  private running = false;
  readonly boss: PgBoss;

  constructor(@Inject(databaseConfig.KEY) config: ConfigType<typeof databaseConfig>, { schema }: PgBossSql) {
    this.boss = new PgBoss({
      ...sessionSettings(config.databaseSchema),
      connectionString: config.databaseUrl?.reveal() ?? '',
      schema,
      application_name: 'hangar queue',
      max: config.databasePoolSize,
      migrate: false,
      createSchema: false,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      schedule: false,
      // pg-boss traces polls and batches; job-spans.ts traces jobs.
      openTelemetry: { enabled: false },
    });
    const logger = new Logger('QueueService');
    this.boss.on('error', (error) => this.reportError(error));
    this.boss.on('warning', ({ message }) => logger.warn(message));
  }

  async onModuleInit(): Promise<void> {
    await this.boss.start().catch((error: unknown) => {
      throw queueUnavailable(error);
    });
    this.running = true;
  }

  /** Whether jobs can be added and fetched. */
  isRunning(): boolean {
    return this.running;
  }

  /** Logs an error of the queue, at most one every five seconds. */
  reportError(error: unknown): void {
    this.errors.error({ msg: 'pg-boss error', err: error });
  }

  beforeApplicationShutdown(): void {
    this.running = false;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.boss.stop({ graceful: false, close: true });
  }
}
