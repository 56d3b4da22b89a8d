import { type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Logger, type Type } from '@nestjs/common';
import { type AbstractHttpAdapter, type ModulesContainer } from '@nestjs/core';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Drain } from '../config/drain.js';
import { MetricsService } from '../observability/metrics.service.js';
import { type MetricsServer, startMetricsServer } from '../observability/metrics-server.js';
import { useTracerOfProcess } from '../observability/tracing/process-tracer.js';
import { QueueService } from '../queue/queue.service.js';
import { createHttpApplication } from '../server/http-application.js';
import { HandlerClasses } from '../webhooks/discovery/handler-classes.js';
import { HandlerExplorer } from '../webhooks/discovery/handler.explorer.js';
import { WEBHOOK_ROUTE } from '../webhooks/receiver/webhook-path.js';
import { type HangarModuleOptions } from './hangar-module-options.js';
import { type HostConfig, hostConfig } from './host-config.js';
import { mountRoutes } from './mount-routes.js';

/** Time for closing connections to the database at the end; the application's own stop has waited for the rest. */
const CLOSE_MS = 5000;

/** The application that a Hangar is a module of. */
export interface HostApplication {
  readonly modules: ModulesContainer;
  /** Absent where it serves no HTTP. */
  readonly adapter: AbstractHttpAdapter | undefined;
}

/**
 * A Hangar in another Nest application: a container of its own, so that neither gets what is global in the other, whose
 * routes the application's server serves. It starts and stops with the application, by the methods in their order here.
 */
export class EmbeddedHangar {
  private readonly logger = new Logger('Hangar');
  private metrics: MetricsServer | undefined;
  private serving = false;

  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly own: HostConfig,
  ) {}

  /**
   * Connects to the database, and puts the routes in front of those of the application, which is being created.
   *
   * @throws {ConfigError}; {@link DomainError} `old_schema` and others: nothing runs then
   */
  static async create(options: HangarModuleOptions, { modules, adapter }: HostApplication): Promise<EmbeddedHangar> {
    const own = hostConfig(options);
    const { config, path } = own;
    if (options.migrate === true)
      await (await import('../server/migrate.js')).migrateDatabase(config.databaseUrl.reveal(), config.databaseSchema);
    useTracerOfProcess();
    const app = await createHttpApplication(config, { imports: [], host: modules, path });
    const hangar = new EmbeddedHangar(app, own);
    if (adapter) mountRoutes(adapter, path, (request, response) => hangar.serve(request, response));
    return hangar;
  }

  /** What Hangar provides to the application. */
  get<T>(type: Type<T>): T {
    return this.app.get(type, { strict: false });
  }

  /** Finds the handlers, so that none of them warns that it is called by nothing: see `declareHandlers`. */
  findHandlers(): void {
    this.app.get(HandlerClasses, { strict: false }).markFound();
  }

  /** Starts workers and schedules, and serves the routes. */
  async start(): Promise<void> {
    try {
      await this.app.init();
      await this.app.getHttpAdapter().getInstance().ready();
      this.app.get(HandlerExplorer, { strict: false }).requireProvided();
      await this.startMetrics();
    } catch (error) {
      await this.app.close().catch(() => undefined); // the first error says why
      throw error;
    }
    this.serving = true;
    const { publicUrl, roles } = this.own.config;
    const routes = roles.includes('receiver')
      ? `, webhooks at ${publicUrl}/${WEBHOOK_ROUTE}, install at ${publicUrl}/oauth/setup`
      : '';
    this.logger.log(`Hangar has started: roles ${roles.join(', ')}${routes}`);
  }

  /** Starts no more runs, and waits for those in progress until shortly before `HANGAR_DRAIN_SECONDS`. Webhooks are still stored. */
  async drain(): Promise<void> {
    const drain = this.app.get(Drain);
    drain.begin();
    const runs = this.app.get(QueueService, { strict: false }).beforeApplicationShutdown();
    await Promise.all([runs, drain.beforeApplicationShutdown()]);
  }

  /** Stops everything. To be called once the application's server is closed. */
  async stop(): Promise<void> {
    const closing = this.close();
    await Promise.race([closing, wait(CLOSE_MS, undefined, { ref: false })]);
    const { losses } = this.app.get(Drain);
    if (losses.length > 0)
      this.logger.error({ msg: 'shutdown incomplete: HANGAR_DRAIN_SECONDS exceeded', lost: losses });
  }

  private async close(): Promise<void> {
    try {
      await this.app.close();
      await this.metrics?.close();
    } catch (err) {
      this.logger.error({ msg: 'the shutdown of Hangar failed', err });
    } finally {
      this.serving = false;
    }
  }

  private async startMetrics(): Promise<void> {
    const { metricsPort, config } = this.own;
    if (metricsPort !== undefined)
      this.metrics = await startMetricsServer(
        this.app.get(MetricsService, { strict: false }),
        metricsPort,
        config.host,
      );
  }

  /** A webhook is stored, or its connection is closed without an answer, so that Plane sends it again (docs/plane.md §6). */
  private serve(request: IncomingMessage, response: ServerResponse): void {
    if (this.serving) this.app.getHttpAdapter().getInstance().routing(request, response);
    else response.destroy();
  }
}
