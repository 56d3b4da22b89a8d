import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { processEnvironment } from './config/load-config.js';
import { startServer } from './server.js';
import { reportStartFailure } from './start-failure.js';

const logger = new Logger('process');
const starting = startServer(processEnvironment());
let stopping = false;

/** The first signal ends what is under way in order, the second one at once. */
function stop(exitCode: number): void {
  if (stopping) process.exit(1);
  stopping = true;
  starting
    .then((server) => server.close())
    .then(
      () => process.exit(exitCode),
      (error: unknown) => process.exit(reportStartFailure(error)),
    );
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
  if (!stopping) process.stdout.write(server.banner);
} catch (error) {
  process.exit(reportStartFailure(error));
}
