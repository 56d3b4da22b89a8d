// Temporary: stands in for the log until it is written.
import { Injectable } from '@nestjs/common';
import { type AuditAction, type AuditEntry, type AuditOutcome } from './audit-entry.js';

/** An entry as it is kept. */
export interface AuditRecord extends AuditEntry {
  readonly seq: number;
  readonly at: Date;
  readonly hash: string;
}

/** Which entries. */
export interface AuditFilter {
  readonly action?: AuditAction;
  readonly actorId?: string;
  readonly target?: string;
  readonly outcome?: AuditOutcome;
  readonly since?: Date;
  readonly until?: Date;
}

/** Temporary. */
@Injectable()
export class AuditLogService {
  async page(
    _filter: AuditFilter,
    _page: { limit: number; before?: number },
  ): Promise<{ entries: AuditRecord[]; next?: number }> {
    return { entries: [] };
  }
}
