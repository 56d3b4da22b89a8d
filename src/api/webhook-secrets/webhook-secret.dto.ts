import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { type WorkspaceWithSecrets } from '../../operations/webhook-secret.operations.js';
import { OptionalBoolean, DateTimeProperty } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

/** A webhook secret of a workspace, without its value. */
export class WorkspaceSecretDto {
  @ApiProperty({ description: 'Names the secret without revealing it', example: '1f2e3d4c5b6a' })
  fingerprint!: string;

  @ApiProperty({
    enum: ['current', 'previous'],
    description: '`previous`: accepted until it is removed or a new secret is set',
    example: 'current',
  })
  standing!: string;

  @DateTimeProperty({ description: 'When it was set' })
  setAt!: string;
}

/** A webhook secret in the list for all workspaces. */
export class WebhookSecretDto extends WorkspaceSecretDto {
  @ApiProperty({ description: 'The id of the connection whose webhooks it signs', example: 'default' })
  connection!: string;

  @ApiProperty({ description: 'The slug; the id where the app was never installed', example: 'acme' })
  workspace!: string;

  @ApiProperty({ example: '3f2b8d1c-6a4e-4d0b-9b1e-5c7a9e2f4b60' })
  workspaceId!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'Receipt of the newest stored delivery that it signed',
    example: '2026-01-31T09:00:00.000Z',
  })
  lastSignedAt?: string;
}

/** The secrets of one workspace. */
export class WorkspaceSecretsDto {
  @ApiProperty({ description: 'The id of the connection', example: 'default' })
  connection!: string;

  @ApiProperty({ description: 'The slug', example: 'acme' })
  workspace!: string;

  @ApiProperty({ example: '3f2b8d1c-6a4e-4d0b-9b1e-5c7a9e2f4b60' })
  workspaceId!: string;

  @ApiProperty({
    type: [WorkspaceSecretDto],
    description: 'The current one first; empty where the app secrets apply',
  })
  secrets!: WorkspaceSecretDto[];

  /** Converts a workspace's secrets. */
  static of(this: void, { connection, workspace, workspaceId, secrets }: WorkspaceWithSecrets): WorkspaceSecretsDto {
    return { connection, workspace, workspaceId, secrets: secrets.map((secret) => toDto(WorkspaceSecretDto, secret)) };
  }
}

/** A new secret. */
export class SetSecretDto {
  @ApiProperty({
    writeOnly: true,
    minLength: 1,
    maxLength: 500,
    description: "From the webhook's page in Plane; no response contains it",
    example: 'plane_wh_0f1e2d3c4b5a',
  })
  @Matches(/^[\x21-\x7e]{1,500}$/, { message: 'must be 1 to 500 printable ASCII characters without blanks' })
  secret!: string;

  @OptionalBoolean({ description: 'Also if this deletes a secret that verified a webhook within the last day' })
  force: boolean = false;
}

/** Which secrets are removed. */
export class RemoveSecretQuery {
  @OptionalBoolean({ description: 'Only the previous one' })
  previous: boolean = false;

  @OptionalBoolean({ description: 'Also a secret that verified a webhook within the last day' })
  force: boolean = false;
}
