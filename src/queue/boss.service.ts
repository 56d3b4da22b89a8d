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
import { toDomainError } from '../common/database-unavailable.js';
import { RateLimitedLogger } from '../common/rate-limited-logger.js';
import { databaseConfig } from '../config/areas/database.config.js';
import { RESPONSIVE, sessionSettings } from '../database/session-settings.js';
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
  /** Connects to `DATABASE_LISTEN_URL`, where that is set. */
  private readonly direct: PgBoss | undefined;

  constructor(@Inject(databaseConfig.KEY) config: ConfigType<typeof databaseConfig>, { schema }: PgBossSql) {
    const common = {
      ...sessionSettings(config.databaseSchema),
      ...RESPONSIVE,
      schema,
      application_name: 'hangar queue',
      migrate: false,
      createSchema: false,
      schedule: false,
      // pg-boss traces polls and batches; job-spans.ts traces jobs.
      openTelemetry: { enabled: false },
    };
    this.boss = new PgBoss({
      ...common,
      connectionString: config.databaseUrl?.reveal() ?? '',
      max: config.databasePoolSize,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
    });
    if (config.databaseListenUrl) {
      const connectionString = config.databaseListenUrl.reveal();
      this.direct = new PgBoss({ ...common, connectionString, max: 1, supervise: false, registerInstance: false });
      this.direct.on('error', (error) => this.reportError(error));
    }
    const logger = new Logger('QueueService');
    this.boss.on('error', (error) => this.reportError(error));
    this.boss.on('warning', ({ message }) => logger.warn(message));
  }

  async onModuleInit(): Promise<void> {
    await this.boss.start().catch((error: unknown) => {
      const known = toDomainError(error);
      throw known === error ? queueUnavailable(error) : known;
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

  /**
   * Listens for notifications on a connection of its own, which is opened again whenever it is lost.
   *
   * @param onReconnect called when it was opened, the first time too: notifications may have been lost before
   * @throws where it cannot be opened the first time
   */
  async listen(
    channel: string,
    onNotification: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<{ close(): Promise<void> } | undefined> {
    await this.direct?.start();
    return (this.direct ?? this.boss).getDb().listen?.(channel, onNotification, onReconnect);
  }

  beforeApplicationShutdown(): void {
    this.running = false;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.direct?.stop({ graceful: false, close: true });
    await this.boss.stop({ graceful: false, close: true });
  }
}
