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

/** The view of a record that is a work item; its id is the given one where the record has none. */
export function workItemOf(record: PlaneRecord, id = ''): WorkItemView {
  return describe(record, idAt(record, 'id') ?? id);
}

/**
 * The work item that a comment, a link, a cycle's entry … belongs to. The record is either the thing itself, with
 * its work item in `issue_id` or `issue` (an id or the whole), or the work item with the thing inside it, as in
 * v2's comments. `entityId` is the work item's id where the shape tells it apart from the record. `undefined` where
 * nothing names a work item.
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
