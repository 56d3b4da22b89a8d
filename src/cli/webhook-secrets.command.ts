import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { Secret } from '../common/secret.js';
import { OperationsModule } from '../operations/operations.module.js';
import { WebhookSecretOperations } from '../operations/webhook-secret.operations.js';
import {
  type ListedSecret,
  WorkspaceSecretsService,
} from '../webhooks/workspace-secrets/workspace-secrets.service.js';
import { WorkspaceSecretsModule } from '../webhooks/workspace-secrets/workspace-secrets.module.js';
import { wrongUse } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const HEADS = ['WORKSPACE', 'SECRET', 'STANDING', 'SET', 'LAST SIGNED'];

/** `hangar webhook-secrets`: the webhook secrets of single workspaces; never a value of one. */
export function webhookSecretsCommand(): Command {
  return new Command('webhook-secrets')
    .description('webhook secrets of single workspaces, which beat PLANE_WEBHOOK_SECRETS there')
    .addCommand(listCommand())
    .addCommand(setCommand())
    .addCommand(removeCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('the first 8 hex digits of the SHA-256 of each, and when it last signed')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      await withServices([WorkspaceSecretsModule], async (context) => {
        const secrets = await context.get(WorkspaceSecretsService).list();
        const none = ['No workspace has a secret of its own.'];
        print(json, { secrets }, secrets.length === 0 ? none : table(HEADS, secrets.map(rowOf)));
      });
    });
}

function setCommand(): Command {
  return new Command('set')
    .description('give a workspace a secret of its own, read from standard input; the one before stays good')
    .argument('<workspace>', 'its slug or id')
    .option('--file <path>', 'read the secret from this file')
    .option('--json', 'print JSON')
    .action(async (workspace: string, { json, file }: CommonOptions & { file?: string }) => {
      const secret = await read(file);
      await withServices([OperationsModule], async (context) => {
        const actions = context.get(WebhookSecretOperations);
        const fingerprint = await actions.set(commandActor(), workspace, secret);
        print(json, { workspace, fingerprint }, [
          `Workspace ${workspace} accepts the secret ${fingerprint}, and the one before it, within 5 s.`,
          'Once that one signs nothing any more: hangar webhook-secrets remove --previous',
        ]);
      });
    });
}

function removeCommand(): Command {
  return new Command('remove')
    .description("take a workspace's secrets away: PLANE_WEBHOOK_SECRETS hold there again")
    .argument('<workspace>', 'its slug or id')
    .option('--previous', 'take away the one before the newest alone')
    .option('--json', 'print JSON')
    .action(async (workspace: string, { json, previous = false }: CommonOptions & { previous?: boolean }) => {
      await withServices([OperationsModule], async (context) => {
        const actions = context.get(WebhookSecretOperations);
        const removed = await actions.remove(commandActor(), workspace, previous);
        print(json, { workspace, removed }, [`${removed} secret(s) of workspace ${workspace} were removed.`]);
      });
    });
}

/** Not from the command line, where others on the machine could see it. */
async function read(file: string | undefined): Promise<Secret> {
  if (file === undefined && process.stdin.isTTY)
    throw wrongUse('Give the secret on standard input, or the file that holds it with --file.');
  const given = file === undefined ? await text(process.stdin) : readSecret(file);
  return new Secret(given.replace(/\r?\n$/, ''));
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw wrongUse(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function rowOf({ workspace, fingerprint, standing, setAt, lastSignedAt }: ListedSecret): string[] {
  return [workspace, fingerprint, standing, setAt.toISOString(), lastSignedAt?.toISOString() ?? 'not yet'];
}
