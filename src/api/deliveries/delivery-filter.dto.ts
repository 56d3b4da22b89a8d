import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { type DeliveryFilterInput } from '../../operations/delivery-search.service.js';
import { OUTCOME_STATES } from '../../webhooks/deliveries/outcome.js';
import { ListQuery } from '../http/page.dto.js';
import {
  OptionalBoolean,
  OptionalChoice,
  OptionalConnection,
  OptionalText,
  OptionalTime,
} from '../http/parameters.decorator.js';

const STATES = ['waiting', ...OUTCOME_STATES] as const;
const TO_HANDLER = {
  description: 'Only this handler, or all methods of this class; default: each handler that matches the event',
  example: 'PingHandler.pong',
};
const DRY_RUN = { description: 'Only count' };

/** Filters deliveries by all parameters that are given. */
class DeliveryFilterDto implements DeliveryFilterInput {
  @OptionalText({ description: "Plane's v2 or v1 name of the event", example: 'workitem.created' })
  event?: string;

  @OptionalText({ description: 'Slug or id of the workspace; `cloud/acme` names the connection too', example: 'acme' })
  workspace?: string;

  @OptionalConnection()
  connection?: string;

  @OptionalChoice(STATES, {
    description:
      'State at any handler, or at `handler` where that is given; `waiting`: a job waits, is delayed, blocked by its ordering key, or parked',
    example: 'failed',
  })
  state?: DeliveryFilterInput['state'];

  @OptionalText({
    description: 'A handler, or all methods of a class, that has run on it; with `waiting` one that has a job of it',
    example: 'PingHandler.pong',
  })
  handler?: string;

  @OptionalTime({ description: 'Received at this time or later', example: '2026-01-31T09:00:00Z' })
  since?: Date;

  @OptionalTime({ description: 'Received before this time', example: '2026-02-01T00:00:00Z' })
  until?: Date;

  @OptionalText({
    description:
      'Words in names, comments, descriptions and people, all of which must match; quoted words must match in that order, the last word may be incomplete; needs the role `operator`. Or one complete id of a delivery, workspace, entity or work item; any role.',
    example: 'release notes',
  })
  text?: string;
}

/** A page of the filtered deliveries. */
export class DeliveriesQuery extends IntersectionType(ListQuery, DeliveryFilterDto) {}

/** How one delivery is replayed. */
export class ReplayOneDto {
  @OptionalText(TO_HANDLER)
  toHandler?: string;

  @OptionalBoolean(DRY_RUN)
  dryRun: boolean = false;
}

/** Which deliveries are replayed, and how. */
export class ReplayManyDto extends DeliveryFilterDto {
  @OptionalText(TO_HANDLER)
  toHandler?: string;

  @OptionalBoolean(DRY_RUN)
  dryRun: boolean = false;
}

/** What a replay did, or would do. */
export class ReplayedDto {
  @ApiProperty({ type: 'integer', description: 'Number of deliveries', example: 3 })
  deliveries!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Number of jobs: one for each delivery and handler',
    example: 4,
  })
  jobs!: number;

  @ApiProperty({ description: 'They were only counted', example: false })
  dryRun!: boolean;
}
