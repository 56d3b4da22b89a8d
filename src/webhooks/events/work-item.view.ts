import { commentRecordOf } from './comment.view.js';
import { compact, fieldOf, idAt, idsAt, isRecord, textOf } from './payload-fields.js';
import { type PlaneRecord, type WorkItemView } from './plane-event.js';

/** The project that a record belongs to. */
export function projectIdOf(record: PlaneRecord): string | undefined {
  return idAt(record, 'project_id', 'project');
}

function describe(record: PlaneRecord, id: string): WorkItemView {
  return compact({
    id,
    name: textOf(fieldOf(record, 'name')),
    projectId: projectIdOf(record),
    stateId: idAt(record, 'state_id', 'state'),
    assigneeIds: idsAt(record, 'assignee_ids', 'assignees'),
    labelIds: idsAt(record, 'label_ids', 'labels'),
    priority: textOf(fieldOf(record, 'priority')),
  });
}

/** The view of a record that is a work item. @param id for a record without one */
export function workItemOf(record: PlaneRecord, id = ''): WorkItemView {
  return describe(record, idAt(record, 'id') ?? id);
}

/**
 * The work item that a comment, a link, an entry of a cycle … belongs to; `undefined` where the payload has none. The
 * record is either the part itself, with its work item in `issue_id` or `issue` (an id or an object), or the work item
 * with the part nested in it, as in v2's comments.
 *
 * @param entityId the work item's id where the payload has it outside of the record
 */
export function parentWorkItemOf(record: PlaneRecord, entityId?: string): WorkItemView | undefined {
  const comment = commentRecordOf(record);
  if (comment !== record) return workItemOf(record, idAt(comment, 'issue_id') ?? entityId);
  const issue = fieldOf(record, 'issue');
  if (isRecord(issue)) return workItemOf(issue, idAt(record, 'issue_id'));
  const parentId = idAt(record, 'issue_id', 'issue', 'work_item_id', 'work_item');
  if (parentId !== undefined) return compact({ id: parentId, projectId: projectIdOf(record) });
  if (entityId === undefined) return undefined;
  const isWorkItem = idAt(record, 'id') === entityId;
  return isWorkItem ? describe(record, entityId) : compact({ id: entityId, projectId: projectIdOf(record) });
}
