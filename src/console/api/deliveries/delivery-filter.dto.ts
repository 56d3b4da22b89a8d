import { type DeliveryFilter } from '../../../webhooks/deliveries/delivery-filter.js';
import { OUTCOME_STATES } from '../../../webhooks/deliveries/outcome.js';
import { OptionalChoice, OptionalText, OptionalTime } from '../http/parameters.decorator.js';

const STATES = ['waiting', ...OUTCOME_STATES] as const;

/** Which deliveries are meant: those that fit all that is given. */
export class DeliveryFilterDto {
  @OptionalText({ description: "Plane's v2 name of the event", example: 'workitem.created' })
  event?: string;

  @OptionalText({ description: 'The slug or the id of the workspace', example: 'acme' })
  workspace?: string;

  @OptionalChoice(STATES, {
    description: 'What became of it at some handler, or at the one that is named; `waiting`: nothing yet',
    example: 'failed',
  })
  state?: DeliveryFilter['state'];

  @OptionalText({ description: 'A handler that has taken it up', example: 'PingHandler.pong' })
  handler?: string;

  @OptionalTime({ description: 'Received then or later', example: '2026-01-31T09:00:00Z' })
  since?: Date;

  @OptionalTime({ description: 'Received before', example: '2026-02-01T00:00:00Z' })
  until?: Date;

  @OptionalText({
    description:
      'Words that are looked for in what it holds, which is for operators; or one whole id, for anybody: its own, or of its workspace, entity or work item',
    example: 'release notes',
  })
  text?: string;
}
