import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { escapeControls } from '../common/control-characters.js';
import { environmentFileWarnings, loadConfig, processEnvironment } from '../config/load-config.js';
import { type RunningServer, startServer } from './start-server.js';
import { reportStartupError } from './startup-error.js';

/** Ctrl-C in a terminal sends SIGINT twice at once: from the terminal, and forwarded by npm. */
const DUPLICATE_SIGNAL_MS = 500;

const logger = new Logger('process');
for (const warning of environmentFileWarnings()) process.stderr.write(`${escapeControls(warning)}\n`);
const environment = processEnvironment();
const starting = startServer(environment);
let stoppingSince: number | undefined;
let crashed = false;

/** Begins the graceful shutdown; a second signal exits at once. */
function stop(reason: string): void {
  if (stoppingSince !== undefined) {
    if (Date.now() - stoppingSince > DUPLICATE_SIGNAL_MS) process.exit(1);
    return;
  }
  stoppingSince = Date.now();
  startDeadline(reason);
  starting.then(end).then(
    (code) => process.exit(code),
    (error: unknown) => process.exit(reportStartupError(error)),
  );
}

/** Limits the shutdown, also that of a start which hangs. */
function startDeadline(reason: string): void {
  let deadlineSeconds = 0;
  try {
    deadlineSeconds = loadConfig(environment).drainSeconds;
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
async function end(server: RunningServer): Promise<number> {
  const lost = await server.close();
  if (lost.length === 0) return crashed ? 1 : 0;
  logger.error({ msg: 'shutdown incomplete: HANGAR_DRAIN_SECONDS exceeded', lost });
  return 1;
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// A handler with a missing await must not stop the other handlers.
process.on('unhandledRejection', (err) => logger.error({ msg: 'unhandled promise rejection', err }));
process.on('uncaughtException', (err) => {
  logger.fatal({ msg: 'uncaught exception; shutting down', err });
  crashed = true;
  // While shutting down, aborted handlers may throw: the jobs of the others are still handed back.
  if (stoppingSince === undefined) stop('uncaughtException');
});

try {
  const server = await starting;
  if (stoppingSince === undefined) process.stdout.write(server.banner);
} catch (error) {
  process.exit(reportStartupError(error));
}
