import { commentOf } from './comment.view.js';
import { viewsOfFamily } from './event-table.js';
import { compact } from './payload-fields.js';
import { type EventViews, type PlaneRecord } from './plane-event.js';
import { parentWorkItemOf, workItemOf } from './work-item.view.js';

/** What the views of an entity's event are read from. */
export interface EntitySource {
  /** The name without its action, in v2's words. */
  readonly family: string;
  /** The entity; of something deleted, what is still known of it. */
  readonly record: PlaneRecord;
  /** The event's entity, for a record without an id. */
  readonly entityId: string;
  /** The work item's id where the payload gives it apart from the record. */
  readonly workItemId?: string;
}

/** The views of events about entities (v1 and v2), absent where the family has none or the payload says too little. */
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
