import { Command } from 'commander';
import { PlaneConnections } from '../config/plane-connections.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { InstallationsService } from '../installations/installations.service.js';
import { requireConnection } from './arguments.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['WORKSPACE', 'NAME', 'STATUS', 'INSTALLED', 'PLANE ID', 'ID'];

interface ListOptions extends CommonOptions {
  readonly connection?: string;
}

/** `hangar installations`: lists the installations of the app. */
export function installationsCommand(): Command {
  return new Command('installations').description('list installations of the app').addCommand(listCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list all installations, including uninstalled ones')
    .option('--connection <id>', 'only of this connection to Plane')
    .option('--json', 'print JSON')
    .action(async ({ json, connection }: ListOptions) => {
      await withServices([InstallationsModule], async (context) => {
        const all = await context.get(InstallationsService).all();
        const installations = all.filter((each) => connection === undefined || each.connectionId === connection);
        const connections = context.get(PlaneConnections);
        requireConnection(connection, connections, installations);
        const several = connections.all.length > 1;
        const rows = installations.map((each) => [
          several ? `${each.connectionId}/${each.workspaceSlug}` : each.workspaceSlug,
          each.workspaceName,
          each.status,
          each.createdAt.toISOString(),
          each.installationId,
          each.id,
        ]);
        print(json, { installations }, table(HEADS, rows));
      });
    });
}
