import { Command } from 'commander';
import { PlaneConnections } from '../config/plane-connections.js';
import { NO_OAUTH } from '../plane/plane.error.js';
import { type TokenOperations } from '../operations/token.operations.js';
import { type ListedToken, TokenAdminService } from '../tokens/token-admin.service.js';
import { revokedText } from '../tokens/token-revocations.service.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { requireConnection } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, span, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['ID', 'KIND', 'OWNER', 'STATE', 'EXPIRES IN', 'DUE IN', 'FAILURES', 'LAST ERROR'];

interface ListOptions extends CommonOptions {
  readonly connection?: string;
}

/** `hangar tokens`: lists, refreshes and revokes stored tokens, without their values. */
export function tokensCommand(): Command {
  return new Command('tokens')
    .description('list, refresh and revoke stored tokens, without their values')
    .addCommand(listCommand())
    .addCommand(refreshCommand())
    .addCommand(revokeCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list all tokens by expiry')
    .option('--connection <id>', 'only of this connection to Plane')
    .option('--json', 'print JSON')
    .action(async ({ json, connection }: ListOptions) => {
      await withServices([TokensModule], async (context) => {
        const tokens = await context.get(TokenAdminService).list(undefined, { connection });
        const connections = context.get(PlaneConnections);
        requireConnection(connection, connections, tokens);
        const note = connections.withApps.length === 0 ? [NO_OAUTH] : [];
        const several = connections.all.length > 1;
        const rows = tokens.map((each) => rowOf(each, several));
        print(json, { tokens }, [...note, ...table(HEADS, rows)]);
      });
    });
}

function refreshCommand(): Command {
  return new Command('refresh')
    .description('refresh a token now, also one that failed or needs consent')
    .argument('<id>', 'as "hangar tokens list" shows it')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: CommonOptions) => {
      await withTokenOperations(async (operations) => {
        await operations.refresh(commandActor(), id.toLowerCase());
        print(json, { id, outcome: 'renewed' }, [`Token ${id} was refreshed.`]);
      });
    });
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description("revoke a user's token: the app cannot act as this user until they consent again")
    .argument('<id>', 'as "hangar tokens list" shows it')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: CommonOptions) => {
      await withTokenOperations(async (operations) => {
        const atPlane = await operations.revoke(commandActor(), id.toLowerCase());
        const text = `Token ${id} was revoked, and its secrets were deleted. ${revokedText(atPlane)}`;
        print(json, { id, outcome: 'revoked', atPlane }, [text]);
      });
    });
}

/** The operations are loaded on demand, since listing does not need them. */
async function withTokenOperations(run: (operations: TokenOperations) => Promise<void>): Promise<void> {
  const { OperationsModule } = await import('../operations/operations.module.js');
  const { TokenOperations } = await import('../operations/token.operations.js');
  await withServices([OperationsModule], async (context) => run(context.get(TokenOperations)));
}

function rowOf(token: ListedToken, severalConnections: boolean): string[] {
  const { id, connectionId, kind, owner, state, expiresInSeconds, dueInSeconds, failures, lastError } = token;
  const live = state === 'live';
  const times = [live ? span(expiresInSeconds) : '', live ? span(dueInSeconds) : ''];
  const named = severalConnections ? `${connectionId}/${owner}` : owner;
  return [id, kind, named, state, ...times, String(failures), lastError ?? ''];
}
