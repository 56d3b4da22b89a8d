import { commentOf } from './comment.view.js';
import { viewsOfFamily } from './event-table.js';
import { compact } from './payload-fields.js';
import { type EventViews, type PlaneRecord } from './plane-event.js';
import { parentWorkItemOf, workItemOf } from './work-item.view.js';

/** The input for the views of an entity's event. */
export interface EntitySource {
  /** The event name without its action, spelled as in v2. */
  readonly family: string;
  /** The entity; for a deleted one, its last known fields. */
  readonly record: PlaneRecord;
  /** The id for a record without one. */
  readonly entityId: string;
  /** The work item's id where the payload has it outside of the record. */
  readonly workItemId?: string;
}

/** The views of a v1 or v2 event; absent where the family has none or the payload lacks the fields. */
export function entityViews(source: EntitySource): Partial<EventViews> {
  const { family, record, entityId, workItemId } = source;
  const views = viewsOfFamily(family);
  const ownOrParent = () =>
    family === 'workitem' ? workItemOf(record, entityId) : parentWorkItemOf(record, workItemId);
  return compact({
    workItem: views.includes('workItem') ? ownOrParent() : undefined,
    comment: views.includes('comment') ? commentOf(record, entityId) : undefined,
  });
}
