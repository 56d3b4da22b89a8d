import { once } from 'node:events';
import { Command, Option } from 'commander';
import { type Environment } from '../config/environment.js';
import { ROLES } from '../config/role.js';
import { roleModules } from '../roles/role-modules.js';
import { requireApp } from '../server/find-app.js';
import { keepOwnSourceMaps } from '../server/own-source-maps.js';
import { runServer } from '../server/run-server.js';

interface StartOptions {
  readonly roles?: string;
  readonly migrate?: boolean;
  readonly standby?: boolean;
}

/** `hangar start`: runs the server of the app in this folder, until a signal ends it. */
export function startCommand(): Command {
  return new Command('start')
    .description('run the server of the app in this folder')
    .option(
      '--roles <list>',
      'which parts this process runs, instead of HANGAR_ROLES (beside an application with HangarModule: console)',
    )
    .option('--migrate', 'update the database schema before the start (the embedded PostgreSQL always is)')
    .addOption(new Option('--standby').hideHelp())
    .action(async ({ roles, migrate = false, standby = false }: StartOptions) => {
      keepOwnSourceMaps(); // before the app is loaded
      const given = standby ? await untilNeeded() : {};
      const app = await requireApp();
      const chosen = roles ?? (app.host ? 'console' : undefined); // the application itself has the others
      const variables = chosen === undefined ? given : { ...given, HANGAR_ROLES: chosen, HANGAR_ROLES_FILE: undefined };
      await runServer(app, { variables, migrate });
    });
}

/** Loads what every start loads; resolves with the environment that `hangar dev` sends, and ends with it. */
async function untilNeeded(): Promise<Environment> {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const sent = once(process, 'message');
  await roleModules(ROLES);
  await Promise.all([import('../api/prepare-api.js'), import('../server/migrate.js')]);
  const [environment] = (await sent) as [Environment];
  return environment;
}
