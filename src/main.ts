import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { environmentFileWarnings, processEnvironment } from './config/load-config.js';
import { startServer } from './server.js';
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
  if (stoppingSince === undefined) process.stdout.write(server.banner);
} catch (error) {
  process.exit(reportStartFailure(error));
}
