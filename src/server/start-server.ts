import { type Type } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { GracefulShutdown } from './graceful-shutdown.js';
import { banner } from './banner.js';
import { type Secret } from '../common/secret.js';
import { Drain } from '../config/drain.js';
import { type Environment } from '../config/environment.js';
import { type HangarConfig } from '../config/hangar-config.js';
import { loadConfig } from '../config/load-config.js';
import { openDatabase } from '../database/open-database.js';
import { HandlersModule } from '../handlers/handlers.module.js';
import { createHttpApplication } from './http-application.js';
import { DevelopmentTokenService } from '../identity/access/development-token.service.js';
import { createLogger } from '../observability/create-logger.js';
import { MetricsService } from '../observability/metrics.service.js';
import { type MetricsServer, startMetricsServer } from '../observability/metrics-server.js';
import { NestLogger } from '../observability/nest-logger.js';
import { startTracing } from '../observability/tracing/start-tracing.js';
import { trimMemory } from './trim-memory.js';

/** A server that listens. */
export interface RunningServer {
  /** What a person should read now. */
  readonly banner: string;
  /**
   * Finishes what is under way, then stops everything that was started. Resolves with what was owed to somebody and
   * could not be done in time.
   */
  close(): Promise<readonly string[]>;
}

/** What was started, to be stopped in the opposite order. */
class StartedParts {
  private readonly stops: (() => Promise<void>)[] = [];

  add(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (const stop of this.stops.splice(0).toReversed())
      await stop().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

/**
 * Starts Hangar with what its configuration asks for.
 *
 * @param handlers the module with the app's own handlers
 * @throws an error that `failureOf` can tell a person; nothing is left running then.
 */
export async function startServer(
  environment: Environment,
  handlers: Type = HandlersModule,
): Promise<RunningServer> {
  const parts = new StartedParts();
  try {
    const { config, simulatorUrl } = await withPlane(
      await withDatabase(loadConfig(environment), parts),
      parts,
    );
    const logger = new NestLogger(await createLogger(config.logLevel, config.tracesOn));
    const stopTracing = await startTracing(config);
    let leftMs = (): number => Number.POSITIVE_INFINITY;
    parts.add(() => stopTracing(leftMs() / 2)); // the other half is for the database
    const app = await createHttpApplication(config, logger, handlers);
    leftMs = () => app.get(Drain).untilEndMs();
    const stop = new GracefulShutdown(app);
    let metrics: MetricsServer | undefined;
    parts.add(async () => metrics?.close()); // what happens while it stops is still told
    parts.add(() => stop.run());
    metrics = await startMetricsServer(app.get(MetricsService), config.metricsPort, config.host);
    await app.init();
    trimMemory();
    await app.listen(config.port, config.host);
    return {
      banner: banner(config, simulatorUrl, developmentToken(app, config)),
      close: async () => {
        await parts.stop();
        return stop.losses;
      },
    };
  } catch (error) {
    await parts.stop().catch(() => undefined); // what stopped the start matters more
    throw error;
  }
}

/** The configured database as it is, or the embedded one at the current schema. */
async function withDatabase(config: HangarConfig, parts: StartedParts): Promise<HangarConfig> {
  const database = await openDatabase(config, true);
  parts.add(() => database.close());
  if (database.embedded)
    await (await import('./migrate.js')).migrateDatabase(database.config.databaseUrl.reveal());
  return database.config;
}

/** The configured Plane app, or in development the simulator. */
async function withPlane(
  config: HangarConfig,
  parts: StartedParts,
): Promise<{ config: HangarConfig; simulatorUrl?: string }> {
  if (config.planeClientId) return { config };
  const { startDevelopmentPlane } = await import('./development-plane.js');
  const { simulator, config: pointed } = await startDevelopmentPlane(config);
  parts.add(() => simulator.close());
  return { config: pointed, simulatorUrl: simulator.url };
}

/** The token that signs in where there is no identity provider. */
function developmentToken(app: NestFastifyApplication, { roles }: HangarConfig): Secret | undefined {
  return roles.includes('console') ? app.get(DevelopmentTokenService).token : undefined;
}
