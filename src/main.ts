import 'reflect-metadata';
import { processEnvironment } from './config/load-config.js';
import { reportStartFailure } from './start-failure.js';
import { startServer } from './server.js';

try {
  const server = await startServer(processEnvironment());
  process.stdout.write(server.banner);
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    server.close().then(
      () => process.exit(0),
      (error: unknown) => process.exit(reportStartFailure(error)),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  process.exit(reportStartFailure(error));
}
