import { MODULE_STATUSES, type PageView, RELATION_TYPES } from './entity-view.types.js';
import { type ViewName } from './event-table.js';
import { fieldOf, idAt, idsAt, isRecord, numberOf, oneOf, recordAt, textOf, compact } from './payload-fields.js';
import { type EventViews, type PlaneRecord } from './plane-event.js';

type OtherView = Exclude<ViewName, 'workItem' | 'comment' | 'agentRun' | 'prompt'>;

/** The entity of an event, with the ids that the payload has outside of it. */
interface Source {
  readonly record: PlaneRecord;
  readonly entityId: string;
  readonly workItemId?: string;
}

const textAt = (record: PlaneRecord, ...fields: readonly string[]): string | undefined =>
  fields.map((field) => textOf(fieldOf(record, field))).find((text) => text !== undefined);
const projectIdOf = (record: PlaneRecord): string | undefined => idAt(record, 'project_id', 'project');

/** The entity itself, which has the event's id. */
const ownId = ({ record, entityId }: Source): string => idAt(record, 'id') ?? entityId;

/** A part of a work item: nested in the work item under one of these names, or the record itself. */
function partOf({ record, workItemId }: Source, ...names: readonly string[]): PlaneRecord {
  const nested = names.map((name) => fieldOf(record, name)).find((each) => isRecord(each));
  if (isRecord(nested)) return nested;
  return workItemId !== undefined && idAt(record, 'id') === workItemId ? {} : record;
}

const VIEWS: { readonly [V in OtherView]: (source: Source) => EventViews[V] } = {
  project: (source) => ({
    id: ownId(source),
    name: textAt(source.record, 'name'),
    identifier: textAt(source.record, 'identifier'),
    description: textAt(source.record, 'description'),
    leadId: idAt(source.record, 'project_lead_id', 'project_lead'),
  }),
  cycle: (source) => ({
    id: ownId(source),
    name: textAt(source.record, 'name'),
    projectId: projectIdOf(source.record),
    ownerId: idAt(source.record, 'owned_by_id', 'owned_by'),
    startDate: textAt(source.record, 'start_date'),
    endDate: textAt(source.record, 'end_date'),
  }),
  module: (source) => ({
    id: ownId(source),
    name: textAt(source.record, 'name'),
    projectId: projectIdOf(source.record),
    status: oneOf(MODULE_STATUSES, fieldOf(source.record, 'status')),
    leadId: idAt(source.record, 'lead_id', 'lead'),
    memberIds: idsAt(source.record, 'member_ids', 'members'),
    startDate: textAt(source.record, 'start_date'),
    targetDate: textAt(source.record, 'target_date'),
  }),
  page: (source) => ({
    id: ownId(source),
    name: textAt(source.record, 'name'),
    ownerId: idAt(source.record, 'owned_by_id', 'owned_by'),
    access: accessOf(fieldOf(source.record, 'access')),
  }),
  link: (source) => {
    const link = partOf(source, 'link', 'issue_link');
    return { id: idAt(link, 'id') ?? '', url: textAt(link, 'url'), title: textAt(link, 'title') };
  },
  attachment: (source) => {
    const attachment = partOf(source, 'attachment', 'issue_attachment');
    const attributes = recordAt(attachment, 'attributes');
    return {
      id: idAt(attachment, 'id') ?? '',
      name: textAt(attributes, 'name'),
      size: numberOf(fieldOf(attributes, 'size')),
      type: textAt(attributes, 'type'),
    };
  },
  relation: (source) => {
    const relation = partOf(source, 'relation', 'issue_relation', 'dependency');
    return {
      id: idAt(relation, 'id') ?? '',
      type: oneOf(RELATION_TYPES, fieldOf(relation, 'relation_type')),
      relatedWorkItemId: idAt(relation, 'related_issue_id', 'related_issue', 'related_work_item_id'),
    };
  },
};

/** Plane's numbers of a page's access. */
function accessOf(value: unknown): PageView['access'] {
  if (value === 0) return 'public';
  return value === 1 ? 'private' : undefined;
}

const isOther = (name: ViewName): name is OtherView => Object.hasOwn(VIEWS, name);

/** The views of a v1 or v2 event beside its work item and comment, with the fields that the payload has. */
export function otherViews(views: readonly ViewName[], source: Source): Partial<EventViews> {
  return Object.fromEntries(views.filter(isOther).map((name) => [name, compact(VIEWS[name](source))]));
}
