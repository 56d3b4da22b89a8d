import { on } from 'node:events';
import { enableCompileCache } from 'node:module';
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
      const { environment, ...given } = standby ? await untilNeeded() : { environment: {} };
      const app = await requireApp();
      const chosen = roles ?? (app.host ? 'console' : undefined); // the application itself has the others
      const ownRoles = chosen === undefined ? {} : { HANGAR_ROLES: chosen, HANGAR_ROLES_FILE: undefined };
      await runServer(app, { variables: { ...environment, ...ownRoles }, migrate, ...given });
      if (standby && process.connected) process.send?.('ready');
    });
}

/**
 * Loads what every start loads, until `hangar dev` needs the server; ends with `hangar dev`.
 *
 * @returns what it sends: the environment, and later that the server before this one has ended
 */
async function untilNeeded(): Promise<{ environment: Environment; portsFree: Promise<unknown> }> {
  enableCompileCache();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const messages = on(process, 'message');
  await roleModules(ROLES);
  await Promise.all([import('../api/prepare-api.js'), import('../server/migrate.js')]);
  const { value } = (await messages.next()) as { value: [Environment] };
  return { environment: value[0], portsFree: messages.next() };
}
