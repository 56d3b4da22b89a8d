import { compact, fieldOf, idAt, idsAt, isRecord, numberOf, oneOf, recordAt, textOf, idOf } from './payload-fields.js';
import { type CommentView, PRIORITIES, STATE_GROUPS, type WorkItemView } from './entity-view.types.js';
import { type PlaneRecord, type EventViews, type PlaneActor } from './plane-event.js';
import { mentionsOf, textOfHtml } from './html-text.js';
import { viewsOfFamily } from './event-table.js';
import { otherViews } from './other.views.js';

/** The record of the comment: v2 nests it as `comment` in what was commented on, v1 sends it directly. */
export function commentRecordOf(record: PlaneRecord): PlaneRecord {
  const nested = fieldOf(record, 'comment');
  return isRecord(nested) ? nested : record;
}

/** What Plane's `comment_stripped` leaves out, or runs together. */
const LOST_BY_STRIPPING = /<(?:mention-component|td|th)[\s>]/i;

/** The display names of users, by id. */
function namesOf(people: readonly PlaneRecord[]): ReadonlyMap<string, string> {
  const named = people.map((person) => [idOf(person), textOf(fieldOf(person, 'display_name'))] as const);
  return new Map(named.filter((each): each is [string, string] => each[0] !== undefined && each[1] !== undefined));
}

/** The id of a comment's author. */
export function authorIdOf(comment: PlaneRecord): string | undefined {
  return idAt(comment, 'actor_id', 'actor');
}

/**
 * The view of a comment. Its text is `comment_stripped`, or the text of `comment_html` where that is missing or empty (the
 * community edition never sends it), or lacks the mentions and runs the cells of tables together.
 *
 * @param source with the people whose names the payload has
 */
function commentOf({ record, entityId: id, people = [] }: EntitySource): CommentView {
  const comment = commentRecordOf(record);
  const html = textOf(fieldOf(comment, 'comment_html'));
  const isStripped = html === undefined || !LOST_BY_STRIPPING.test(html);
  return compact({
    id: idAt(comment, 'id') ?? id,
    text:
      (isStripped ? textOf(fieldOf(comment, 'comment_stripped')) : undefined) ??
      textOfHtml(html ?? '', namesOf(people)),
    html,
    mentions: html === undefined ? undefined : mentionsOf(html),
    actorId: authorIdOf(comment),
  });
}

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
    stateGroup: oneOf(STATE_GROUPS, fieldOf(recordAt(record, 'state'), 'group')),
    priority: oneOf(PRIORITIES, fieldOf(record, 'priority')),
    parentId: idAt(record, 'parent_id', 'parent'),
    sequenceId: numberOf(fieldOf(record, 'sequence_id')),
    startDate: textOf(fieldOf(record, 'start_date')),
    targetDate: textOf(fieldOf(record, 'target_date')),
    externalId: textOf(fieldOf(record, 'external_id')),
    externalSource: textOf(fieldOf(record, 'external_source')),
  });
}

/** The view of a record that is a work item. @param id for a record without one */
function workItemOf(record: PlaneRecord, id = ''): WorkItemView {
  return describe(record, idAt(record, 'id') ?? id);
}

/**
 * The work item that a comment, a link, an entry of a cycle … belongs to; `undefined` where the payload has none. The
 * record is either the part itself, with its work item in `issue_id` or `issue` (an id or an object), or the work item
 * with the part nested in it, as in v2's comments.
 *
 * @param entityId the work item's id where the payload has it outside of the record
 */
function parentWorkItemOf(record: PlaneRecord, entityId?: string): WorkItemView | undefined {
  const comment = commentRecordOf(record);
  if (comment !== record) return workItemOf(record, idAt(comment, 'issue_id') ?? entityId);
  const issue = [fieldOf(record, 'issue'), fieldOf(record, 'issue_detail')].find((each) => isRecord(each));
  if (isRecord(issue)) return workItemOf(issue, idAt(record, 'issue_id'));
  const parentId = idAt(record, 'issue_id', 'issue', 'work_item_id', 'work_item');
  if (parentId !== undefined) return compact({ id: parentId, projectId: projectIdOf(record) });
  if (entityId === undefined) return undefined;
  const isWorkItem = idAt(record, 'id') === entityId;
  return isWorkItem ? describe(record, entityId) : compact({ id: entityId, projectId: projectIdOf(record) });
}

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
  /** Users that the payload has outside of the record. */
  readonly people?: readonly PlaneRecord[];
}

/** The views of a v1 or v2 event; absent where the family has none or the payload lacks the fields. */
export function entityViews(source: EntitySource): Partial<EventViews> {
  const { family, record, entityId, workItemId } = source;
  const views = viewsOfFamily(family);
  const ownOrParent = () =>
    family === 'workitem' ? workItemOf(record, entityId) : parentWorkItemOf(record, workItemId);
  return compact({
    workItem: views.includes('workItem') ? ownOrParent() : undefined,
    comment: views.includes('comment') ? commentOf(source) : undefined,
    ...otherViews(views, source),
  });
}

/** The actor, from an id or from v1's user object; `undefined` where neither has an id. */
export function actorOf(value: unknown): PlaneActor | undefined {
  const id = idOf(value);
  if (id === undefined) return undefined;
  if (!isRecord(value)) return { id };
  const text = (field: string) => textOf(fieldOf(value, field));
  return compact({
    id,
    displayName: text('display_name'),
    firstName: text('first_name'),
    lastName: text('last_name'),
    email: text('email'),
    avatarUrl: text('avatar_url') ?? text('avatar'),
  });
}
