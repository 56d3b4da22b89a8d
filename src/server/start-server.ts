import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { GracefulShutdown } from './graceful-shutdown.js';
import { banner } from './banner.js';
import { AgentRegistry } from '../agents/agent.registry.js';
import { codedError } from '../common/coded-error.js';
import { Drain } from '../config/drain.js';
import { type Environment, withVariables } from '../config/environment.js';
import { type HangarConfig } from '../config/hangar-config.js';
import { usesSimulator } from '../config/connection-rules.js';
import { loadConfig } from '../config/load-config.js';
import { openDatabase } from '../database/open-database.js';
import { createHttpApplication } from './http-application.js';
import { DevelopmentTokenService } from '../identity/access/development-token.service.js';
import { createLogger } from '../observability/create-logger.js';
import { MetricsService } from '../observability/metrics.service.js';
import { type MetricsServer, startMetricsServer } from '../observability/metrics-server.js';
import { NestLogger } from '../observability/nest-logger.js';
import { startTracing } from '../observability/tracing/start-tracing.js';
import { HandlerExplorer } from '../webhooks/discovery/handler.explorer.js';
import { requireCurrentAppSchema } from './app-migrations.js';
import { keepConsoleLink } from './console-link.js';
import { exampleApp } from './find-app.js';
import { freeStartMemory } from './free-memory.js';
import { type LoadedApp } from './hangar-app.js';

const workerOfHost = codedError(
  'host_worker',
  400,
  'The handlers run in their application',
  'the handlers of an application with HangarModule run in that application, not here: start the console with "npx hangar start --roles console"',
);

/** A server that accepts requests. */
export interface RunningServer {
  /** Text for the terminal. */
  readonly banner: string;
  /** Shuts down gracefully and stops everything that was started. Resolves with what could not be completed in time. */
  close(): Promise<readonly string[]>;
}

/** Everything that was started, to be stopped in reverse order. */
class StartedParts {
  private readonly stops: (() => Promise<void>)[] = [];

  add(stop: () => Promise<void>): void {
    this.stops.push(stop);
  }

  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (const stop of this.stops.splice(0).toReversed()) await stop().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}

/** How a server starts. */
interface StartOptions {
  /** Migrates the database first. */
  readonly migrate?: boolean;
  /** The server listens once this is resolved; default at once. */
  readonly portsFree?: Promise<unknown>;
  /** Whether a loaded class with handlers that no module provides is an error. */
  readonly checksProvided?: boolean;
}

/**
 * Starts Hangar with the configuration in `environment`.
 *
 * @param app the app; without one, Hangar's own examples
 * @throws an error for `describeError`; everything that was started has been stopped then
 */
export async function startServer(
  environment: Environment,
  app?: LoadedApp,
  { migrate = false, portsFree, checksProvided = true }: StartOptions = {},
): Promise<RunningServer> {
  const hangarApp: LoadedApp = app ?? (await exampleApp());
  const parts = new StartedParts();
  try {
    const { config, simulatorUrl } = await startDependencies(environment, parts, hangarApp, migrate);
    if (hangarApp.host && config.roles.includes('worker')) throw workerOfHost();
    const logger = new NestLogger(await createLogger(config.logLevel, config.tracesOn));
    const stopTracing = await startTracing(config);
    let leftMs = (): number => Number.POSITIVE_INFINITY;
    parts.add(() => stopTracing(leftMs() / 2)); // the other half is for the database
    const http = await createHttpApplication(config, { ...hangarApp, logger });
    leftMs = () => http.get(Drain).untilEndMs();
    const shutdown = new GracefulShutdown(http);
    let metrics: MetricsServer | undefined;
    parts.add(async () => metrics?.close()); // metrics are served until the shutdown is complete
    parts.add(() => shutdown.run());
    await requireCurrentAppSchema(http.get(DataSource), hangarApp);
    await http.init();
    if (checksProvided) http.get(HandlerExplorer).requireProvided();
    if (!portsFree) freeStartMemory(); // a restart of development should not take that long
    await portsFree;
    metrics = await startMetricsServer(http.get(MetricsService), config.metricsPort, config.host);
    await http.listen(config.port, config.host);
    const signIn = signInAddress(http, config);
    if (signIn !== undefined) parts.add(await keepConsoleLink(config.dataDir, signIn));
    const hasAgent = http.get(AgentRegistry).agent !== undefined;
    return {
      banner: banner(config, { simulatorUrl, hasAgent, signIn }),
      close: async () => {
        await parts.stop();
        return shutdown.losses;
      },
    };
  } catch (error) {
    await parts.stop().catch(() => undefined); // the first error says why the start failed
    throw error;
  }
}

/** Starts what the environment does not name: the embedded database, and in development the Plane simulator. */
async function startDependencies(
  given: Environment,
  parts: StartedParts,
  app: LoadedApp,
  migrate: boolean,
): Promise<{ config: HangarConfig; simulatorUrl?: string }> {
  const { environment, config, embedded, close } = await openDatabase(given, true);
  parts.add(close);
  if (embedded || migrate)
    await (await import('./migrate.js')).migrateDatabase(config.databaseUrl.reveal(), config.databaseSchema, app);
  if (!usesSimulator(config)) return { config };
  const { startDevelopmentPlane } = await import('./development-plane.js');
  const plane = await startDevelopmentPlane(config);
  parts.add(plane.close);
  return { config: loadConfig(withVariables(environment, plane.variables)), simulatorUrl: plane.url };
}

/** Where to sign in without an identity provider. */
function signInAddress(app: NestFastifyApplication, { roles, publicUrl }: HangarConfig): string | undefined {
  const token = roles.includes('console') ? app.get(DevelopmentTokenService).token : undefined;
  return token && `${publicUrl}/console/sign-in?token=${token.reveal()}`;
}
