import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type ListedDelivery } from '../../webhooks/deliveries/delivery-filter.js';
import { OUTCOME_STATES } from '../../webhooks/deliveries/outcome.js';
import { DateTimeProperty } from '../http/parameters.decorator.js';

/** What became of a listed delivery at one handler, in short. */
export class ShortOutcomeDto {
  @ApiProperty({ example: 'PingHandler.pong' })
  handler!: string;

  @ApiProperty({ enum: OUTCOME_STATES, example: 'failed' })
  state!: string;

  @ApiPropertyOptional({ description: 'The last error', example: 'Plane answered 503' })
  lastError?: string;
}

/** A webhook that was stored, without what it holds. */
export class DeliverySummaryDto {
  @ApiProperty({ format: 'uuid', example: '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21' })
  id!: string;

  @ApiProperty({ description: "Plane's v2 name", example: 'workitem.created' })
  event!: string;

  @ApiProperty({ description: 'The shape that it came in: `v1`, `v2` or `agent`', example: 'v2' })
  source!: string;

  @ApiProperty({
    description: "Plane's id of the workspace",
    example: '3f2b8d1c-6a4e-4d0b-9b1e-5c7a9e2f4b60',
  })
  workspaceId!: string;

  @ApiPropertyOptional({ description: 'Where the app is installed there', example: 'acme' })
  workspaceSlug?: string;

  @ApiPropertyOptional({
    description: 'What the event is about',
    example: '7d0e2f4a-6b8c-4d1e-9f3a-5b7c9d1e3f50',
  })
  entityId?: string;

  @ApiPropertyOptional({
    description: 'Where that is something of a work item',
    example: '1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d',
  })
  workItemId?: string;

  @DateTimeProperty({ description: 'When it came' })
  receivedAt!: string;
}

/** A delivery in a list. */
export class ListedDeliveryDto extends DeliverySummaryDto {
  @ApiProperty({ type: [ShortOutcomeDto], description: 'At each handler that has taken it up' })
  outcomes!: ShortOutcomeDto[];
}

/** Tells what is known of a delivery without what it holds. */
export function deliverySummary(
  { id, eventName, source, workspaceId, entityId, workItemId, receivedAt }: ListedDelivery,
  slugs: ReadonlyMap<string, string>,
): Pick<DeliverySummaryDto, keyof DeliverySummaryDto> {
  const workspaceSlug = slugs.get(workspaceId);
  return {
    id,
    event: eventName,
    source,
    workspaceId,
    ...(workspaceSlug !== undefined && { workspaceSlug }),
    ...(entityId !== null && { entityId }),
    ...(workItemId !== null && { workItemId }),
    receivedAt: receivedAt.toISOString(),
  };
}
