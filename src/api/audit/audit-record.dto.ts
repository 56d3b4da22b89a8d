import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../../audit/audit-entry.js';
import { type AuditRecord } from '../../audit/audit-record.js';
import { DateTimeProperty } from '../http/parameters.decorator.js';

const ACTORS = ['person', 'machine', 'command', 'server', 'anonymous'];

/** Who did it. */
export class ActorDto {
  @ApiProperty({ enum: ACTORS, example: 'person' })
  kind!: string;

  @ApiProperty({ example: '00u1a2b3c4D5e6F7g8h9' })
  id!: string;

  @ApiPropertyOptional({ example: 'Ada Lovelace' })
  name?: string;

  @ApiPropertyOptional({
    description: 'The address that the request came from, or the host',
    example: '192.0.2.7',
  })
  from?: string;
}

/** An entry of the audit log. */
export class AuditRecordDto {
  @ApiProperty({ type: 'integer', description: 'Its number in the log, without gaps', example: 42 })
  seq!: number;

  @DateTimeProperty({ description: 'When' })
  at!: string;

  @ApiProperty({ type: ActorDto })
  by!: ActorDto;

  @ApiProperty({ enum: AUDIT_ACTIONS, example: 'delivery.replay' })
  action!: string;

  @ApiPropertyOptional({ example: 'delivery/0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21' })
  target?: string;

  @ApiProperty({ enum: AUDIT_OUTCOMES, example: 'done' })
  outcome!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { deliveries: 1, jobs: 1 } })
  details!: object;

  @ApiProperty({ description: 'The hash of the entry before; zeros for the first', example: '0'.repeat(64) })
  previous!: string;

  @ApiProperty({
    description: 'Of the entry and the one before',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  hash!: string;

  /** Tells an entry. */
  static of(
    this: void,
    { seq, at, by, action, target, outcome, details, previous, hash }: AuditRecord,
  ): AuditRecordDto {
    const { kind, id, name, from } = by;
    return {
      seq,
      at: at.toISOString(),
      by: { kind, id, ...(name !== undefined && { name }), ...(from !== undefined && { from }) },
      action,
      ...(target !== undefined && { target }),
      outcome,
      details,
      previous,
      hash,
    };
  }
}
