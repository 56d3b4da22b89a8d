import { IntersectionType } from '@nestjs/swagger';
import {
  AUDIT_ACTIONS,
  AUDIT_OUTCOMES,
  type AuditAction,
  type AuditOutcome,
} from '../../audit/audit-entry.js';
import { ListQuery } from '../http/list.query.js';
import { OptionalChoice, OptionalText, OptionalTime } from '../http/parameters.decorator.js';

/** Which entries of the audit log are meant: those that fit all that is given. */
export class AuditFilterQuery {
  @OptionalChoice(AUDIT_ACTIONS, { description: 'What was done', example: 'delivery.replay' })
  action?: AuditAction;

  @OptionalText({
    description: 'Who did it: the subject, the user of the operating system, the host',
    example: '00u1a2b3c4D5e6F7g8h9',
  })
  actorId?: string;

  @OptionalText({ description: 'What it was done to', example: 'handler/PingHandler.pong' })
  target?: string;

  @OptionalChoice(AUDIT_OUTCOMES, { description: 'How it ended', example: 'refused' })
  outcome?: AuditOutcome;

  @OptionalTime({ description: 'Then or later', example: '2026-01-31T09:00:00Z' })
  since?: Date;

  @OptionalTime({ description: 'Before', example: '2026-02-01T00:00:00Z' })
  until?: Date;
}

/** A page of the entries that a filter lets through. */
export class AuditQuery extends IntersectionType(ListQuery, AuditFilterQuery) {}
