import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { environmentFileWarnings, processEnvironment } from './config/load-config.js';
import { type RunningServer, startServer } from './server.js';
import { reportStartFailure } from './start-failure.js';

const logger = new Logger('process');
for (const warning of environmentFileWarnings()) process.stderr.write(`${warning}\n`);
const starting = startServer(processEnvironment());
let stoppingSince: number | undefined;

/** In a terminal Ctrl-C reaches this process twice at once: from the terminal, and handed on by npm. */
const SAME_PRESS_MS = 500;

/** The first signal ends what is under way in order, the second one at once. */
function stop(exitCode: number): void {
  if (stoppingSince !== undefined) {
    if (Date.now() - stoppingSince > SAME_PRESS_MS) process.exit(1);
    return;
  }
  stoppingSince = Date.now();
  starting
    .then((server) => endInTime(server, exitCode))
    .then(
      (code) => process.exit(code),
      (error: unknown) => process.exit(reportStartFailure(error)),
    );
}

/** Resolves with the exit code: that something is owed to somebody must not go unnoticed. */
async function endInTime(server: RunningServer, exitCode: number): Promise<number> {
  const leftMs = (stoppingSince ?? 0) + server.drainMs - Date.now();
  setTimeout(() => {
    logger.error({ msg: 'HANGAR_DRAIN_SECONDS are over, and not everything has stopped' });
    process.exit(1);
  }, leftMs);
  const lost = await server.close();
  if (lost.length === 0) return exitCode;
  logger.error({ msg: 'HANGAR_DRAIN_SECONDS were over before everything was done', lost });
  return 1;
}

process.on('SIGTERM', () => stop(0));
process.on('SIGINT', () => stop(0));
// A handler that forgets to await must not take the others with it.
process.on('unhandledRejection', (error) =>
  logger.error({ msg: 'a promise was rejected and nobody looked', err: error }),
);
process.on('uncaughtException', (error) => {
  logger.fatal({ msg: 'an error that nobody caught: stopping', err: error });
  stop(1);
});

try {
  const server = await starting;
  if (stoppingSince === undefined) process.stdout.write(server.banner);
} catch (error) {
  process.exit(reportStartFailure(error));
}
