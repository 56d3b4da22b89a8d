import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { escapeControls } from '../common/control-characters.js';
import { DUPLICATE_SIGNAL_MS } from '../config/drain.js';
import { type Environment } from '../config/environment.js';
import { environmentFileWarnings, loadConfig, processEnvironment } from '../config/load-config.js';
import { type LoadedApp } from './hangar-app.js';
import { type RunningServer, startServer } from './start-server.js';
import { reportStartupError } from './startup-error.js';

const logger = new Logger('process');

/** How the process is run. */
export interface RunOptions {
  /** Variables instead of those of the environment. */
  readonly variables?: Environment;
  /** Whether to migrate the database before the start. */
  readonly migrate?: boolean;
  /** The server listens once this is resolved. */
  readonly portsFree?: Promise<unknown>;
}

/** Runs the server of an app until a signal ends the process. Resolves once it accepts requests. */
export async function runServer(app: LoadedApp, { variables = {}, ...options }: RunOptions = {}): Promise<void> {
  for (const warning of environmentFileWarnings()) process.stderr.write(`${escapeControls(warning)}\n`);
  const environment = { ...processEnvironment(), ...variables };
  const run = new ServerRun(environment, startServer(environment, app, options));
  await run.untilReady();
}

/** The life of the server in this process: start, signals, crashes, shutdown. */
class ServerRun {
  private stoppingSince: number | undefined;
  private crashed = false;

  constructor(
    private readonly environment: Environment,
    private readonly starting: Promise<RunningServer>,
  ) {
    process.on('SIGTERM', (signal) => this.stop(signal));
    process.on('SIGINT', (signal) => this.stop(signal));
    // A handler with a missing await must not stop the other handlers.
    process.on('unhandledRejection', (err) => logger.error({ msg: 'unhandled promise rejection', err }));
    process.on('uncaughtException', (err) => {
      logger.fatal({ msg: 'uncaught exception; shutting down', err });
      this.crashed = true;
      // While shutting down, aborted handlers may throw: the jobs of the others are still handed back.
      if (this.stoppingSince === undefined) this.stop('uncaughtException');
    });
  }

  /** Prints the banner once the server accepts requests; reports a failed start, and exits. */
  async untilReady(): Promise<void> {
    try {
      const server = await this.starting;
      if (this.stoppingSince === undefined) process.stdout.write(server.banner);
    } catch (error) {
      process.exit(reportStartupError(error));
    }
  }

  /** Begins the graceful shutdown; a second signal exits at once. */
  private stop(reason: string): void {
    if (this.stoppingSince !== undefined) {
      if (Date.now() - this.stoppingSince > DUPLICATE_SIGNAL_MS) process.exit(1);
      return;
    }
    this.stoppingSince = Date.now();
    this.startDeadline(reason);
    this.starting
      .then((server) => this.end(server))
      .then(
        (code) => process.exit(code),
        (error: unknown) => process.exit(reportStartupError(error)),
      );
  }

  /** Limits the shutdown, also that of a start which hangs. */
  private startDeadline(reason: string): void {
    let deadlineSeconds = 0;
    try {
      deadlineSeconds = loadConfig(this.environment).drainSeconds;
    } catch {
      return; // the start reports the invalid configuration
    }
    logger.log({ msg: 'shutdown started', reason, deadlineSeconds });
    setTimeout(() => {
      logger.error({ msg: 'shutdown deadline (HANGAR_DRAIN_SECONDS) exceeded; exiting' });
      process.exit(1);
    }, deadlineSeconds * 1000);
  }

  /** Resolves with the exit code: 1 where work was lost, so that a supervisor notices. */
  private async end(server: RunningServer): Promise<number> {
    const lost = await server.close();
    if (lost.length === 0) return this.crashed ? 1 : 0;
    logger.error({ msg: 'shutdown incomplete: HANGAR_DRAIN_SECONDS exceeded', lost });
    return 1;
  }
}
