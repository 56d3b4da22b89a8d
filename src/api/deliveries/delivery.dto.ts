import { isUtf8 } from 'node:buffer';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { shownFingerprint } from '../../encryption/fingerprints.service.js';
import { type WorkspaceSlugs } from '../../installations/workspace-slugs.js';
import {
  type DeliverySummary,
  type ListedDelivery,
  type StoredWebhook,
} from '../../webhooks/deliveries/delivery-filter.js';
import { OUTCOME_STATES } from '../../webhooks/deliveries/outcome.js';
import { ConnectionProperty, DateTimeProperty } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';
import { EventDto } from './event.dto.js';
import { OutcomeDto } from './outcome.dto.js';

/** The outcome at one handler, without attempts and log. */
export class ShortOutcomeDto {
  @ApiProperty({ example: 'PingHandler.pong' })
  handler!: string;

  @ApiProperty({ enum: OUTCOME_STATES, example: 'failed' })
  state!: string;

  @ApiPropertyOptional({ description: 'The last error', example: 'Plane answered 503' })
  lastError?: string;
}

/** A stored webhook without its payload. */
export class DeliverySummaryDto {
  @ApiProperty({ format: 'uuid', example: '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21' })
  id!: string;

  @ApiProperty({ description: "Plane's v2 name", example: 'workitem.created' })
  event!: string;

  @ApiProperty({
    description: 'The format of the payload: `v1`, `v2`, `agent`, or `unknown` to this release',
    example: 'v2',
  })
  source!: string;

  @ConnectionProperty()
  connection!: string;

  @ApiProperty({
    description: "Plane's id of the workspace",
    example: '3f2b8d1c-6a4e-4d0b-9b1e-5c7a9e2f4b60',
  })
  workspaceId!: string;

  @ApiPropertyOptional({
    description: 'The slug; absent where the app is not installed in the workspace',
    example: 'acme',
  })
  workspaceSlug?: string;

  @ApiPropertyOptional({
    description: 'Id of the entity that the event is about',
    example: '7d0e2f4a-6b8c-4d1e-9f3a-5b7c9d1e3f50',
  })
  entityId?: string;

  @ApiPropertyOptional({
    description: 'Id of the work item that the entity belongs to',
    example: '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d',
  })
  workItemId?: string;

  @DateTimeProperty({ description: 'When it was received' })
  receivedAt!: string;

  /** Converts a delivery. @param slugs of workspaces */
  static of(
    this: void,
    delivery: ListedDelivery,
    slugs: WorkspaceSlugs,
  ): Pick<DeliverySummaryDto, keyof DeliverySummaryDto> {
    const { eventName: event, connectionId: connection } = delivery;
    return toDto(DeliverySummaryDto, { ...delivery, event, connection, workspaceSlug: slugs.get(delivery) });
  }
}

/** A delivery in a list. */
export class ListedDeliveryDto extends DeliverySummaryDto {
  @ApiProperty({ type: [ShortOutcomeDto], description: 'One for each handler that has run on it' })
  outcomes!: ShortOutcomeDto[];

  /** Converts a delivery with its outcomes. */
  static withOutcomes(
    this: void,
    { outcomes, ...delivery }: DeliverySummary,
    slugs: WorkspaceSlugs,
  ): ListedDeliveryDto {
    const short = outcomes.map((outcome) => toDto(ShortOutcomeDto, outcome));
    return { ...DeliverySummaryDto.of(delivery, slugs), outcomes: short };
  }
}

/** The request that delivered a webhook. */
export class PayloadDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'The stored headers',
    example: { 'content-type': 'application/json' },
  })
  headers!: Record<string, string>;

  @ApiProperty({ type: 'integer', description: 'Bytes of the body', example: 17 })
  size!: number;

  @ApiProperty({
    format: 'byte',
    description: 'The body; GET /api/v1/deliveries/{id}/body sends it unencoded',
    example: 'eyJ2ZXJzaW9uIjoidjIifQ==',
  })
  base64!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'The parsed body, where it is a JSON object',
    example: { version: 'v2' },
  })
  json?: object;

  @ApiPropertyOptional({
    description: 'The body as text, where it is valid UTF-8 but no JSON object',
    example: 'no JSON',
  })
  text?: string;

  @ApiProperty({
    description: 'Names the secret that signed the body, without revealing it',
    example: '1f2e3d4c5b6a',
  })
  secretFingerprint!: string;

  /** Converts a stored webhook. @param json its parsed body */
  static of(this: void, { body, headers, secretFingerprint }: StoredWebhook, json: object | undefined): PayloadDto {
    const text = !json && isUtf8(body) ? body.toString() : undefined;
    return toDto(PayloadDto, {
      headers,
      size: body.length,
      base64: body.toString('base64'),
      json,
      text,
      secretFingerprint: shownFingerprint(secretFingerprint),
    });
  }
}

/** One delivery. */
export class DeliveryDto extends DeliverySummaryDto {
  @ApiProperty({ type: [OutcomeDto], description: 'One for each handler that has run on it' })
  outcomes!: OutcomeDto[];

  @ApiPropertyOptional({
    type: EventDto,
    description: 'The event that handlers get; only for operators',
  })
  normalised?: EventDto;

  @ApiPropertyOptional({ type: PayloadDto, description: 'The received request; only for operators' })
  payload?: PayloadDto;
}
