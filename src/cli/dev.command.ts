import { watchFile, unwatchFile } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { usesSimulator } from '../config/connection-rules.js';
import { type Environment, withVariables } from '../config/environment.js';
import { processEnvironment } from '../config/load-config.js';
import { type OpenDatabase, openDatabase } from '../database/open-database.js';
import { simulatorLines } from '../server/banner.js';
import { type DevelopmentPlane, startDevelopmentPlane } from '../server/development-plane.js';
import { invalidArguments } from './arguments.js';
import { DevServer } from './dev/dev-server.js';
import { untilSignal } from './until-signal.js';
import { compilerArguments, watchCompiler } from './dev/compiler.js';

/** What a start of the embedded database adds to the environment. */
const DATABASE_VARIABLES = ['NODE_ENV', 'DATABASE_URL', 'HANGAR_ENCRYPTION_KEYS'];
/** Handlers that still run at a restart are aborted after this, and run again. */
const DRAIN_SECONDS = '1';
const POLL_MS = 500;

/** `hangar dev`: compiles at each change and restarts the server; database and simulator stay. */
export function devCommand(): Command {
  return new Command('dev')
    .description('run the app for development: at each change it is compiled and restarted, the simulator stays')
    .option('--project <file>', 'of TypeScript', 'tsconfig.json')
    .action(async ({ project }: { project: string }) => {
      if (processEnvironment()['NODE_ENV'] === 'production')
        throw invalidArguments('"hangar dev" is for development, and NODE_ENV is production. Use "hangar start"');
      const compiler = compilerArguments(project);
      const database = await openDatabase(processEnvironment(), true);
      const plane = usesSimulator(database.config) ? await startDevelopmentPlane(database.config) : undefined;
      try {
        if (plane)
          process.stdout.write(
            `\n${simulatorLines(plane.url, false)
              .map((line) => `  ${line}\n`)
              .join('')}\n`,
          );
        await serve(compiler, () => environmentFor(database, plane));
      } finally {
        await plane?.close();
        await database.close();
      }
    });
}

/** Restarts the server at each change, until a signal. */
async function serve(compilerArgs: readonly string[], environment: () => Environment): Promise<void> {
  const server = new DevServer(environment);
  const compiler = watchCompiler(compilerArgs, () => server.restart());
  const file = resolve('.env');
  // Also called for a file that does not exist, with equal times.
  watchFile(file, { interval: POLL_MS }, (now, before) => {
    if (now.mtimeMs !== before.mtimeMs) server.restart();
  });
  try {
    await Promise.race([untilSignal(), compiler.failed]);
  } finally {
    unwatchFile(file);
    compiler.stop();
    await server.stop();
  }
}

/** Read anew at each start, so that a change of `.env` counts. */
function environmentFor({ environment, embedded }: OpenDatabase, plane: DevelopmentPlane | undefined): Environment {
  const names = embedded ? DATABASE_VARIABLES : [];
  const added = Object.fromEntries(names.map((name) => [name, environment[name]]));
  const own = { HANGAR_DRAIN_SECONDS: DRAIN_SECONDS, ...processEnvironment() };
  return withVariables(own, { ...added, ...plane?.variables });
}
