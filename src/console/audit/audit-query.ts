import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '../../audit/audit-entry.js';
import { type AuditFilter } from '../../audit/audit-record.js';
import { type UnknownName } from '../../operations/delivery-search.service.js';
import { choiceIn, givenOf, type RawQuery, textIn, timeIn } from '../parts/query.js';

/** The parsed query of the audit log. */
export interface AuditQuery {
  readonly filter: AuditFilter;
  readonly before?: number;
  /** The parameters, for the form and for links. */
  readonly given: URLSearchParams;
  readonly unknown: readonly UnknownName[];
}

/** Parses the query of the page. */
export function auditQuery(query: RawQuery): AuditQuery {
  const action = choiceIn(query, 'action', AUDIT_ACTIONS);
  const outcome = choiceIn(query, 'outcome', AUDIT_OUTCOMES);
  const filter = {
    action: action.value,
    outcome: outcome.value,
    actorId: textIn(query, 'actor'),
    target: textIn(query, 'target'),
    since: timeIn(query, 'since'),
    until: timeIn(query, 'until'),
  };
  const before = Number(textIn(query, 'before') ?? Number.NaN);
  return {
    filter: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)),
    ...(Number.isSafeInteger(before) && before > 0 && { before }),
    given: givenOf(query, ['action', 'outcome', 'actor', 'target', 'since', 'until', 'before']),
    unknown: [...action.unknown, ...outcome.unknown],
  };
}
