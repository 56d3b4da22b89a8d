import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { loadConfig, processEnvironment } from '../config/load-config.js';
import { OperationsModule } from '../operations/operations.module.js';
import { DeliveryOperations } from '../operations/delivery.operations.js';
import { SigningSecret } from '../webhooks/events/webhook-signature.js';
import { invalidArguments } from './arguments.js';
import { commandActor } from './command-actor.js';
import { type CommonOptions, print } from './output.js';
import { withServices } from './service-context.js';

const TIMEOUT_MS = 30_000;

interface SendOptions extends CommonOptions {
  readonly delivery?: string;
  readonly to?: string;
}

interface Webhook {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** `hangar webhook`: sends webhooks. */
export function webhookCommand(): Command {
  return new Command('webhook').description('send webhooks').addCommand(sendCommand());
}

function sendCommand(): Command {
  return new Command('send')
    .description('send a file signed with the first webhook secret, or a stored delivery unchanged')
    .argument('[file]', 'file with the body')
    .option('--delivery <id>', 'send the original bytes and headers of a stored delivery')
    .option('--to <url>', 'default: /webhooks/plane of PUBLIC_URL')
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, { json, delivery, to }: SendOptions) => {
      const url = to ?? `${loadConfig(processEnvironment()).publicUrl}/webhooks/plane`;
      const webhook = delivery === undefined ? signedFile(file) : await storedWebhook(delivery);
      const response = await post(url, webhook);
      print(json, response, [`${url} responded ${response.status}: ${response.body}`]);
      if (response.status >= 400) process.exitCode = 1;
    });
}

function signedFile(file: string | undefined): Webhook {
  if (file === undefined) throw invalidArguments('Specify a file, or a stored delivery with --delivery.');
  const [secret] = loadConfig(processEnvironment()).planeWebhookSecrets;
  if (!secret) throw invalidArguments('PLANE_WEBHOOK_SECRETS is not set, so the body cannot be signed.');
  const body = readFileSync(file);
  const signature = new SigningSecret(secret, '').sign(body).toString('hex');
  return { body, headers: { 'content-type': 'application/json', 'x-plane-signature': signature } };
}

async function storedWebhook(id: string): Promise<Webhook> {
  let found: Webhook | undefined;
  await withServices([OperationsModule], async (context) => {
    const { body, headers } = await context.get(DeliveryOperations).read(commandActor(), id);
    found = { body, headers };
  });
  if (!found) throw new Error(`delivery ${id} could not be read`);
  return found;
}

async function post(url: string, { body, headers }: Webhook): Promise<{ status: number; body: string }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const request = { method: 'POST', headers: { ...headers }, body: new Uint8Array(body), signal };
  const response = await fetch(url, request);
  return { status: response.status, body: await response.text() };
}
