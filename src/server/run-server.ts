import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { environmentFileWarnings, loadConfig, processEnvironment } from '../config/load-config.js';
import { type RunningServer, startServer } from './start-server.js';
import { reportStartupError } from './startup-error.js';

const logger = new Logger('process');
for (const warning of environmentFileWarnings()) process.stderr.write(`${warning}\n`);
const environment = processEnvironment();
const starting = startServer(environment);
let stoppingSince: number | undefined;
let crashed = false;

/** In a terminal Ctrl-C reaches this process twice at once: from the terminal, and handed on by npm. */
const DOUBLE_SIGNAL_MS = 500;

/** The first signal ends what is under way in order, the second one at once. */
function stop(): void {
  if (stoppingSince !== undefined) {
    if (Date.now() - stoppingSince > DOUBLE_SIGNAL_MS) process.exit(1);
    return;
  }
  stoppingSince = Date.now();
  boundTime();
  starting.then(end).then(
    (code) => process.exit(code),
    (error: unknown) => process.exit(reportStartupError(error)),
  );
}

/** Of a start that hangs too. */
function boundTime(): void {
  let seconds = 0;
  try {
    seconds = loadConfig(environment).drainSeconds;
  } catch {
    return; // the start is about to say what is wrong with it
  }
  setTimeout(() => {
    logger.error({ msg: 'HANGAR_DRAIN_SECONDS are over, and not everything has stopped' });
    process.exit(1);
  }, seconds * 1000);
}

/** Resolves with the exit code: that something is owed to somebody must not go unnoticed. */
async function end(server: RunningServer): Promise<number> {
  const lost = await server.close();
  if (lost.length === 0) return crashed ? 1 : 0;
  logger.error({ msg: 'HANGAR_DRAIN_SECONDS were over before everything was done', lost });
  return 1;
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// A handler that forgets to await must not take the others with it.
process.on('unhandledRejection', (error) =>
  logger.error({ msg: 'a promise was rejected and nobody looked', err: error }),
);
process.on('uncaughtException', (error) => {
  logger.fatal({ msg: 'an error that nobody caught: stopping', err: error });
  crashed = true;
  // Handlers may throw as they are told to stop: what the others hand back is still booked.
  if (stoppingSince === undefined) stop();
});

try {
  const server = await starting;
  if (stoppingSince === undefined) process.stdout.write(server.banner);
} catch (error) {
  process.exit(reportStartupError(error));
}
