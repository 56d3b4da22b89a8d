import { Command } from 'commander';
import { type TokenOperations } from '../operations/token.operations.js';
import { type ListedToken, TokenAdminService } from '../tokens/token-admin.service.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, span, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['ID', 'KIND', 'OWNER', 'STATE', 'EXPIRES IN', 'DUE IN', 'FAILURES', 'LAST ERROR'];

/** `hangar tokens`: how the stored tokens stand; never a value of one. */
export function tokensCommand(): Command {
  return new Command('tokens')
    .description('how the stored tokens stand; never a value of one')
    .addCommand(listCommand())
    .addCommand(refreshCommand())
    .addCommand(revokeCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('every token, the soonest to expire first')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      await withServices([TokensModule], async (context) => {
        const tokens = await context.get(TokenAdminService).list();
        const lines = tokens.length === 0 ? ['There are no tokens.'] : table(HEADS, tokens.map(rowOf));
        print(json, { tokens }, lines);
      });
    });
}

function refreshCommand(): Command {
  return new Command('refresh')
    .description('renew a token now, also one that failed or needs consent')
    .argument('<id>', 'as "hangar tokens list" shows it')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: CommonOptions) => {
      await withTokenActions(async (actions) => {
        await actions.refresh(commandActor(), id.toLowerCase());
        print(json, { id, outcome: 'renewed' }, [`Token ${id} was renewed.`]);
      });
    });
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description("wipe a person's token: the app does nothing more in their name until they consent again")
    .argument('<id>', 'as "hangar tokens list" shows it')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: CommonOptions) => {
      await withTokenActions(async (actions) => {
        await actions.revoke(commandActor(), id.toLowerCase());
        print(json, { id, outcome: 'revoked' }, [`Token ${id} was revoked, and its secrets are wiped.`]);
      });
    });
}

/** What acts is read only for a command that acts. */
async function withTokenActions(run: (actions: TokenOperations) => Promise<void>): Promise<void> {
  const { OperationsModule } = await import('../operations/operations.module.js');
  const { TokenOperations } = await import('../operations/token.operations.js');
  await withServices([OperationsModule], async (context) => run(context.get(TokenOperations)));
}

function rowOf(token: ListedToken): string[] {
  const { id, kind, owner, state, expiresInSeconds, dueInSeconds, failures, lastError } = token;
  const live = state === 'live';
  const times = [live ? span(expiresInSeconds) : '', live ? span(dueInSeconds) : ''];
  return [id, kind, owner, state, ...times, String(failures), lastError ?? ''];
}
