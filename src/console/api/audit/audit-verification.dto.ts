import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type AuditLogService } from '../../../audit/audit-log.service.js';

type Verification = Awaited<ReturnType<AuditLogService['verify']>>;

/** What is wrong with one entry. */
export class AuditFaultDto {
  @ApiProperty({ type: 'integer', description: 'The number of the entry', example: 42 })
  seq!: number;

  @ApiProperty({ description: 'What is wrong', example: 'changed' })
  problem!: string;
}

/** Whether the audit log is as it was written. */
export class AuditVerificationDto {
  @ApiProperty({ description: 'Nothing was changed, removed or inserted', example: false })
  intact!: boolean;

  @ApiProperty({ type: 'integer', description: 'Entries that were looked at', example: 128 })
  entries!: number;

  @ApiPropertyOptional({
    description: 'The hash of the last one; keep it elsewhere to see a cut-off end',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  head?: string;

  @ApiProperty({ type: [AuditFaultDto] })
  faults!: AuditFaultDto[];

  /** Tells a verification. */
  static of({ entries, head, faults }: Verification): AuditVerificationDto {
    return {
      intact: faults.length === 0,
      entries,
      ...(head && { head: head.hash }),
      faults: faults.map(({ seq, problem }) => ({ seq, problem })),
    };
  }
}
