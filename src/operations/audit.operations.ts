import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditLogService } from '../audit/audit-log.service.js';
import { type AuditFilter, type AuditRecord } from '../audit/audit-record.js';
import { AuditService } from '../audit/audit.service.js';

/** Operations on the audit log itself, audited. */
@Injectable()
export class AuditOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly log: AuditLogService,
  ) {}

  /**
   * Records the export and resolves with the matching entries, oldest first.
   *
   * @throws {DomainError} `audit_unavailable`; nothing is exported then
   */
  async export(by: Actor, filter: AuditFilter): Promise<AsyncGenerator<AuditRecord, void, void>> {
    await this.audit.record({ by, action: 'audit.export', outcome: 'done', details: { filter } });
    return this.log.export(filter);
  }
}
