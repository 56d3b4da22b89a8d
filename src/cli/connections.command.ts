import { Command } from 'commander';
import { PlaneConnections } from '../config/plane-connections.js';
import { ConnectionOperations, type MovedConnections } from '../operations/connection.operations.js';
import { OperationsModule } from '../operations/operations.module.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print } from './output.js';
import { withServices } from './service-context.js';

interface MoveOptions extends CommonOptions {
  readonly connection?: string;
  readonly dryRun?: boolean;
}

/** `hangar connections`: the Planes that the installations belong to. */
export function connectionsCommand(): Command {
  return new Command('connections')
    .description('move installations and tokens to the new URL of a Plane')
    .addCommand(moveCommand());
}

function moveCommand(): Command {
  return new Command('move')
    .description('move everything that is stored for a Plane to its new base URL, and release parked events')
    .argument('<old>', 'base URL that the installations have now, as "hangar doctor" shows it')
    .argument(
      '<new>',
      'base URL of the same Plane from now on: set PLANE_BASE_URL, or baseUrl of the connection, to it',
    )
    .option('--connection <id>', 'move this connection alone; others with the old base URL stay')
    .option('--dry-run', 'show what would move, and change nothing')
    .option('--json', 'print JSON')
    .action(async (from: string, to: string, { json, connection, dryRun = false }: MoveOptions) => {
      await withServices([OperationsModule], async (context) => {
        const operations = context.get(ConnectionOperations);
        const move = { from, to, connection };
        const moved = await (dryRun ? operations.tryMove(move) : operations.move(commandActor(), move));
        print(json, { dryRun, ...moved }, linesOf(moved, dryRun, context.get(PlaneConnections)));
      });
    });
}

function linesOf(moved: MovedConnections, dryRun: boolean, connections: PlaneConnections): string[] {
  const { from, to, installations, tokens, links, workspaceSecrets, replaced, releasedEvents } = moved;
  const workspaces = installations.map(
    (each) => `  ${connections.nameOf(each.connection, each.workspace)} (${each.status})`,
  );
  const setting = connections.all.length > 1 ? 'the base URL of what was moved' : 'PLANE_BASE_URL';
  return [
    `${dryRun ? 'Would move' : 'Moved'} from ${from} to ${to}: ${installations.length} installation(s), ${tokens} token(s), ` +
      `${links} link(s) of people, ${workspaceSecrets} workspace secret(s).`,
    ...workspaces,
    ...(replaced > 0 ? [`${replaced} older row(s) are deleted: ${to} has newer ones.`] : []),
    ...(releasedEvents > 0 ? [`${releasedEvents} parked event(s) are released.`] : []),
    dryRun ? 'Nothing was changed.' : `Set ${setting} to ${to} if it is not yet, and restart every process.`,
  ];
}
