import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../../audit/audit-entry.js';
import { type AuditFilter } from '../../audit/audit-record.js';
import { givenOf, type RawQuery, textIn, timeIn } from '../parts/query.js';

/** What the audit log was asked for. */
export interface AuditQuery {
  readonly filter: AuditFilter;
  readonly before?: number;
  readonly given: URLSearchParams;
}

/** Reads the page's address; what makes no sense is left out. */
export function auditQuery(query: RawQuery): AuditQuery {
  const action = AUDIT_ACTIONS.find((each) => each === textIn(query, 'action'));
  const outcome = AUDIT_OUTCOMES.find((each) => each === textIn(query, 'outcome'));
  const [actorId, target] = [textIn(query, 'actor'), textIn(query, 'target')];
  const [since, until] = [timeIn(query, 'since'), timeIn(query, 'until')];
  const before = Number(textIn(query, 'before') ?? Number.NaN);
  return {
    filter: {
      ...(action && { action }),
      ...(outcome && { outcome }),
      ...(actorId !== undefined && { actorId }),
      ...(target !== undefined && { target }),
      ...(since && { since }),
      ...(until && { until }),
    },
    ...(Number.isSafeInteger(before) && before > 0 && { before }),
    given: givenOf(query, ['action', 'outcome', 'actor', 'target', 'since', 'until', 'before']),
  };
}
