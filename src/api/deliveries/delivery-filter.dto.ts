import { type DeliveryFilter } from '../../webhooks/deliveries/delivery-filter.js';
import { OUTCOME_STATES } from '../../webhooks/deliveries/outcome.js';
import { OptionalChoice, OptionalText, OptionalTime } from '../http/parameters.decorator.js';

const STATES = ['waiting', ...OUTCOME_STATES] as const;

/** Which deliveries are meant: those that fit all that is given. */
export class DeliveryFilterDto {
  @OptionalText({ description: "Plane's v2 name of the event", example: 'workitem.created' })
  event?: string;

  @OptionalText({ description: 'The slug or the id of the workspace', example: 'acme' })
  workspace?: string;

  @OptionalChoice(STATES, {
    description:
      'What became of it at some handler, or at the one that is named; `waiting`: a job of it waits there, is delayed, stands in a line or is parked',
    example: 'failed',
  })
  state?: DeliveryFilter['state'];

  @OptionalText({
    description: 'A handler that has taken it up; with `waiting` one at which it waits',
    example: 'PingHandler.pong',
  })
  handler?: string;

  @OptionalTime({ description: 'Received then or later', example: '2026-01-31T09:00:00Z' })
  since?: Date;

  @OptionalTime({ description: 'Received before', example: '2026-02-01T00:00:00Z' })
  until?: Date;

  @OptionalText({
    description:
      'For operators, words of its names, comments, descriptions and people, all of which must be there: those in quotes as they stand, the last may be half typed. For anybody, one whole id: its own, of its workspace, entity or work item',
    example: 'release notes',
  })
  text?: string;
}
