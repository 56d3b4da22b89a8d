import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditLogService } from '../audit/audit-log.service.js';
import { type AuditFilter, type AuditRecord } from '../audit/audit-record.js';
import { AuditService } from '../audit/audit.service.js';

/** What an operator does with the audit log itself, audited. */
@Injectable()
export class AuditOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly log: AuditLogService,
  ) {}

  /**
   * Books the export, and resolves with the entries of the filter, the oldest first.
   *
   * @throws {DomainError} `audit_unavailable`, before anything is handed out
   */
  async export(by: Actor, filter: AuditFilter): Promise<AsyncGenerator<AuditRecord, void, void>> {
    await this.audit.record({ by, action: 'audit.export', outcome: 'done', details: { filter } });
    return this.log.export(filter);
  }
}
