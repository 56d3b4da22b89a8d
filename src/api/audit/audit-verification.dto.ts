import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type AuditVerification } from '../../audit/audit-log.service.js';

/** What is wrong with one entry. */
export class AuditFaultDto {
  @ApiProperty({ type: 'integer', description: 'The number of the entry', example: 42 })
  seq!: number;

  @ApiProperty({ description: 'A word for programs', example: 'changed' })
  kind!: string;

  @ApiProperty({ description: 'What is wrong', example: 'entry 42 was changed: its hash is another' })
  problem!: string;
}

/** A place in the log. */
export class ChainPointDto {
  @ApiProperty({ type: 'integer', example: 128 })
  seq!: number;

  @ApiProperty({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  hash!: string;
}

/** Whether the audit log is as it was written. */
export class AuditVerificationDto {
  @ApiProperty({ description: 'Nothing was changed, removed or inserted', example: false })
  intact!: boolean;

  @ApiProperty({ type: 'integer', description: 'Entries that were looked at', example: 128 })
  entries!: number;

  @ApiPropertyOptional({
    type: ChainPointDto,
    description: 'The last one; keep it elsewhere to see a cut-off end',
  })
  head?: ChainPointDto;

  @ApiProperty({ type: 'integer', description: 'How many faults there are', example: 1 })
  faultCount!: number;

  @ApiProperty({ type: [AuditFaultDto], description: 'The first 20' })
  faults!: AuditFaultDto[];

  /** Tells a verification. */
  static of(this: void, { ok, entries, head, faultCount, faults }: AuditVerification): AuditVerificationDto {
    return {
      intact: ok,
      entries,
      ...(head && { head: { seq: head.seq, hash: head.hash } }),
      faultCount,
      faults: faults.map(({ seq, kind, text }) => ({ seq, kind, problem: text })),
    };
  }
}
