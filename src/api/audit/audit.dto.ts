import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditAction, type AuditOutcome } from '../../audit/audit-entry.js';
import { type AuditVerification } from '../../audit/audit-log.service.js';
import { type AuditRecord } from '../../audit/audit-record.js';
import { ListQuery } from '../http/page.dto.js';
import { DateTimeProperty, OptionalChoice, OptionalText, OptionalTime } from '../http/parameters.decorator.js';
import { toDto } from '../http/to-dto.js';

const ACTORS = ['person', 'machine', 'command', 'server', 'anonymous'];

/** Filters entries of the audit log by all parameters that are given. */
export class AuditFilterQuery {
  @OptionalChoice(AUDIT_ACTIONS, { description: 'The operation', example: 'delivery.replay' })
  action?: AuditAction;

  @OptionalText({
    description: 'Id of the actor: the subject, the operating system user or the host',
    example: '00u1a2b3c4D5e6F7g8h9',
  })
  actorId?: string;

  @OptionalText({ description: 'The object of the operation', example: 'handler/PingHandler.pong' })
  target?: string;

  @OptionalChoice(AUDIT_OUTCOMES, { description: 'The result', example: 'refused' })
  outcome?: AuditOutcome;

  @OptionalTime({ description: 'At this time or later', example: '2026-01-31T09:00:00Z' })
  since?: Date;

  @OptionalTime({ description: 'Before this time', example: '2026-02-01T00:00:00Z' })
  until?: Date;
}

/** A page of the filtered entries. */
export class AuditQuery extends IntersectionType(ListQuery, AuditFilterQuery) {}

/** Who did it. */
export class ActorDto {
  @ApiProperty({ enum: ACTORS, example: 'person' })
  kind!: string;

  @ApiProperty({ example: '00u1a2b3c4D5e6F7g8h9' })
  id!: string;

  @ApiPropertyOptional({ example: 'Ada Lovelace' })
  name?: string;

  @ApiPropertyOptional({
    description: 'The IP address of the request, or the host',
    example: '192.0.2.7',
  })
  from?: string;
}

/** An entry of the audit log. */
export class AuditRecordDto {
  @ApiProperty({ type: 'integer', description: 'Number in the log, without gaps', example: 42 })
  seq!: number;

  @DateTimeProperty({ description: 'Time of the entry' })
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

  @ApiProperty({
    description: 'The hash of the previous entry; zeros for the first',
    example: '0'.repeat(64),
  })
  previous!: string;

  @ApiProperty({
    description: 'SHA-256 over the entry and the previous hash',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  hash!: string;

  /** Converts an entry. */
  static of(this: void, entry: AuditRecord): AuditRecordDto {
    return toDto(AuditRecordDto, { ...entry, by: toDto(ActorDto, entry.by) });
  }
}

/** What is wrong with one entry. */
export class AuditFaultDto {
  @ApiProperty({ type: 'integer', description: 'The number of the entry', example: 42 })
  seq!: number;

  @ApiProperty({ description: 'Stable, for programs', example: 'changed' })
  kind!: string;

  @ApiProperty({ description: 'What is wrong', example: 'entry 42 was changed: its hash does not match' })
  problem!: string;
}

/** An entry's position and hash. */
export class ChainPointDto {
  @ApiProperty({ type: 'integer', example: 128 })
  seq!: number;

  @ApiProperty({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  hash!: string;
}

/** The result of a verification of the audit log. */
export class AuditVerificationDto {
  @ApiProperty({ description: 'No entry was changed, removed or inserted', example: false })
  intact!: boolean;

  @ApiProperty({ type: 'integer', description: 'Number of entries checked', example: 128 })
  entries!: number;

  @ApiPropertyOptional({
    type: ChainPointDto,
    description: 'The last entry; store it outside the database to detect a truncated log',
  })
  head?: ChainPointDto;

  @ApiProperty({ type: 'integer', description: 'Number of problems', example: 1 })
  faultCount!: number;

  @ApiProperty({ type: [AuditFaultDto], description: 'The first 20 problems' })
  faults!: AuditFaultDto[];

  /** Converts a verification. */
  static of(this: void, { ok, entries, head, faultCount, faults }: AuditVerification): AuditVerificationDto {
    return toDto(AuditVerificationDto, {
      intact: ok,
      entries,
      head: head && toDto(ChainPointDto, head),
      faultCount,
      faults: faults.map(({ seq, kind, text }) => ({ seq, kind, problem: text })),
    });
  }
}
