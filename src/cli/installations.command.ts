import { Command } from 'commander';
import { InstallationsModule } from '../installations/installations.module.js';
import { InstallationsService } from '../installations/installations.service.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['WORKSPACE', 'NAME', 'STATUS', 'INSTALLED', 'PLANE ID', 'ID'];

/** `hangar installations`: where the app is installed. */
export function installationsCommand(): Command {
  return new Command('installations').description('where the app is installed').addCommand(listCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('every installation, the uninstalled ones too')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      await withServices([InstallationsModule], async (context) => {
        const installations = await context.get(InstallationsService).all();
        const rows = installations.map((each) => [
          each.workspaceSlug,
          each.workspaceName,
          each.status,
          each.createdAt.toISOString(),
          each.installationId,
          each.id,
        ]);
        const lines = rows.length === 0 ? ['The app is installed nowhere.'] : table(HEADS, rows);
        print(json, { installations }, lines);
      });
    });
}
