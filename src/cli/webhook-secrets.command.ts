import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { Secret } from '../common/secret.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { FingerprintsService } from '../encryption/fingerprints.service.js';
import { OperationsModule } from '../operations/operations.module.js';
import { WebhookSecretOperations } from '../operations/webhook-secret.operations.js';
import { type ListedSecret, WorkspaceSecretsService } from '../webhooks/workspace-secrets/workspace-secrets.service.js';
import { WorkspaceSecretsModule } from '../webhooks/workspace-secrets/workspace-secrets.module.js';
import { invalidArguments } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

interface SetOptions extends CommonOptions {
  readonly file?: string;
  readonly force?: boolean;
}

interface RemoveOptions extends CommonOptions {
  readonly previous?: boolean;
  readonly force?: boolean;
}

const HEADS = ['WORKSPACE', 'SECRET', 'STATUS', 'SET', 'LAST SIGNED'];

/** `hangar webhook-secrets`: lists, sets and removes workspace secrets, without their values. */
export function webhookSecretsCommand(): Command {
  return new Command('webhook-secrets')
    .description('list, set and remove workspace secrets, which replace PLANE_WEBHOOK_SECRETS for their workspace')
    .addCommand(listCommand())
    .addCommand(setCommand())
    .addCommand(removeCommand())
    .addCommand(fingerprintCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list fingerprints, and when each secret last signed')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      await withServices([WorkspaceSecretsModule], async (context) => {
        const secrets = await context.get(WorkspaceSecretsService).list();
        const connections = context.get(PlaneConnections);
        const rows = secrets.map((each) => [connections.nameOf(each.connection, each.workspace), ...cellsOf(each)]);
        print(json, { secrets }, table(HEADS, rows));
      });
    });
}

function setCommand(): Command {
  return new Command('set')
    .description('set the secret of a workspace, read from standard input; the previous one stays valid')
    .argument('<workspace>', 'its slug or id; "cloud/acme" names its connection too')
    .option('--file <path>', 'read the secret from this file')
    .option('--force', 'also if this deletes a secret that verified a webhook within the last day')
    .option('--json', 'print JSON')
    .action(async (workspace: string, { json, file, force = false }: SetOptions) => {
      const secret = await read(file);
      await withServices([OperationsModule], async (context) => {
        const operations = context.get(WebhookSecretOperations);
        const fingerprint = await operations.set(commandActor(), workspace, secret, force);
        print(json, { workspace, fingerprint }, [
          `Workspace ${workspace} accepts the secret ${fingerprint} and the previous one within 5 s.`,
          'When the previous one is no longer in use, remove it with: hangar webhook-secrets remove --previous',
        ]);
      });
    });
}

function removeCommand(): Command {
  return new Command('remove')
    .description("remove a workspace's secrets: PLANE_WEBHOOK_SECRETS apply again")
    .argument('<workspace>', 'its slug or id; "cloud/acme" names its connection too')
    .option('--previous', 'remove only the previous secret')
    .option('--force', 'also a secret that verified a webhook within the last day')
    .option('--json', 'print JSON')
    .action(async (workspace: string, { json, previous = false, force = false }: RemoveOptions) => {
      await withServices([OperationsModule], async (context) => {
        const operations = context.get(WebhookSecretOperations);
        const choice = { previousAlone: previous, force };
        const removed = await operations.remove(commandActor(), workspace, choice);
        print(json, { workspace, removed }, [`${removed} secret(s) of workspace ${workspace} were removed.`]);
      });
    });
}

function fingerprintCommand(): Command {
  return new Command('fingerprint')
    .description('print the fingerprint of a secret from standard input, to compare with those in metrics and lists')
    .option('--file <path>', 'read the secret from this file')
    .option('--json', 'print JSON')
    .action(async ({ json, file }: SetOptions) => {
      const secret = await read(file);
      await withServices([EncryptionModule], async (context) => {
        const fingerprint = context.get(FingerprintsService).of(secret);
        print(json, { fingerprint }, [fingerprint]);
      });
    });
}

/** Not an argument, since other users of the machine can see arguments. */
async function read(file: string | undefined): Promise<Secret> {
  if (file === undefined && process.stdin.isTTY)
    throw invalidArguments('Pass the secret on standard input, or a file that contains it with --file.');
  const input = file === undefined ? await text(process.stdin) : readSecret(file);
  return new Secret(input.replace(/\r?\n$/, ''));
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalidArguments(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function cellsOf({ fingerprint, standing, setAt, lastSignedAt }: ListedSecret): string[] {
  return [fingerprint, standing, setAt.toISOString(), lastSignedAt?.toISOString() ?? 'never'];
}
