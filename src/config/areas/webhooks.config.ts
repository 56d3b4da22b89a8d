import { registerAs } from '@nestjs/config';
import { type Secret } from '../../common/secret.js';
import { IsIn, Max, Min } from '../class-validator.js';
import { commaSeparated, integer } from '../parsers.js';
import { EnvironmentVariable } from '../variable.decorator.js';
import { webhookSecrets } from '../webhook-secrets.js';

/** Plane closes a webhook's connection after 30 s (docs/plane.md §6). */
const PLANE_TIMEOUT_SECONDS = 30;

const UNAVAILABLE = ['close', '503'];

/** Webhooks: receiving, keeping and handling them. */
export class WebhooksConfig {
  @EnvironmentVariable('PLANE_WEBHOOK_SECRETS', {
    description:
      'Secrets of the webhook, separated by commas or line breaks, newest first; `PLANE_WEBHOOK_SECRET` is a list of one',
    example: 'plane_wh_…,plane_wh_…',
    alias: 'PLANE_WEBHOOK_SECRET',
    secret: true,
    parse: webhookSecrets,
    pathProperty: 'planeWebhookSecretsPath',
  })
  planeWebhookSecrets: readonly Secret[] = [];

  /** The file that the secrets were read from, if any: they are read again when it changes. */
  planeWebhookSecretsPath?: string;

  @EnvironmentVariable('WEBHOOK_MAX_BODY_BYTES', {
    description: 'A larger webhook is answered 413',
    example: '5242880',
    default: '5242880',
    parse: integer,
  })
  @Min(1024, { message: 'must be at least 1024' })
  webhookMaxBodyBytes!: number;

  @EnvironmentVariable('WEBHOOK_HOLD_SECONDS', {
    description: 'Store deadline: how long a webhook waits for the database; Plane waits 30',
    example: '20',
    default: '20',
    parse: integer,
  })
  @Max(PLANE_TIMEOUT_SECONDS - 1, { message: 'must be below 30, after which Plane closes the connection' })
  webhookHoldSeconds!: number;

  @EnvironmentVariable('WEBHOOK_UNAVAILABLE', {
    description:
      'For a webhook that cannot be stored: `close` its connection, so that Plane sends it again, or answer `503`',
    example: 'close',
    default: 'close',
  })
  @IsIn(UNAVAILABLE, { message: `must be one of ${UNAVAILABLE.join(', ')}` })
  webhookUnavailable!: string;

  @EnvironmentVariable('WEBHOOK_DUPLICATE_HOURS', {
    description: 'How long a webhook without an event id is a duplicate of an equal one; Plane retries within the hour',
    example: '2',
    default: '2',
    parse: integer,
  })
  @Min(1, { message: 'must be at least 1' })
  @Max(8760, { message: 'must be at most 8760' })
  webhookDuplicateHours!: number;

  @EnvironmentVariable('DELIVERY_RETENTION_DAYS', {
    description: 'How long deliveries are kept',
    example: '14',
    default: '14',
    parse: integer,
  })
  @Min(1, { message: 'must be at least 1' })
  @Max(3650, { message: 'must be at most 3650' })
  deliveryRetentionDays!: number;

  @EnvironmentVariable('HANGAR_HANDLERS', {
    description: 'Handlers that this worker runs, comma separated; the name of a class means all its methods',
    example: 'PingHandler.pong,WelcomeHandler',
    defaultText: 'all',
    parse: commaSeparated,
  })
  handlers: readonly string[] = [];
}

/** Injects {@link WebhooksConfig} by its `KEY`. */
export const webhooksConfig = registerAs('webhooks', () => new WebhooksConfig());
