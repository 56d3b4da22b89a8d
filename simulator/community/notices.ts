import {
  type EntityAction,
  type EntityContext,
  type FieldChange,
  type Notice,
  type NoticeContext,
  type PartChange,
  type RecordChange,
} from '../sending/notice.types.js';
import { pythonJson, type PythonValue } from '../sending/python-json.js';
import { fieldText } from '../world/field-text.js';
import { recordBody } from '../world/record-body.js';
import { type Comment, type WorkItem } from '../world/world.types.js';
import { type Activity, apiActivity, columnActivity, namedActivities, UNSEEN_BY_API } from './activities.js';
import { type CommunityRelease } from './release.js';
import { commentData, type ListedIds, personData, workItemData } from './webhook-data.js';

/** Where a change was made: in the web app, or by API. */
export type ChangedBy = 'app' | 'api';

/** A new status of what is in the intake. */
export interface IntakeChange {
  readonly before: number;
  readonly after: number;
  /** The record, with its new status. */
  readonly body: Readonly<Record<string, PythonValue>>;
}

const INTAKE_STATUSES = ['Pending', 'Rejected', 'Snoozed', 'Accepted', 'Duplicate'];
const nameOfStatus = (status: number): string | null => INTAKE_STATUSES[status + 2] ?? null;

const WHOLE: Activity = { field: 'issue' };

/** The webhooks of a release of the community edition. */
export class CommunityNotices {
  /** Of work items whose lists had removed members: what the release still lists. */
  readonly #listed = new Map<string, ListedIds>();

  constructor(readonly release: CommunityRelease) {}

  commentCreated(context: NoticeContext, comment: Comment): Notice[] {
    const { id, html } = comment;
    const written: Activity = { field: 'description', new_value: html, new_identifier: id };
    const activity = this.release.doubles ? written : undefined;
    return [this.#notice(context, 'issue_comment', 'created', commentData(comment, this.release), activity)];
  }

  /** @param before its former HTML; `undefined`: it was deleted */
  commentChanged(context: NoticeContext, comment: Comment, before: string | undefined): Notice[] {
    const { id, html } = comment;
    if (before === undefined) {
      const deleted = { field: 'description' };
      return this.release.deletions.comment ? [this.#notice(context, 'issue_comment', 'deleted', { id }, deleted)] : [];
    }
    const values = { old_value: before, new_value: html };
    const activity = this.release.doubles
      ? { field: 'description', ...values, old_identifier: id, new_identifier: id }
      : { field: 'comment_html', ...values };
    return [this.#notice(context, 'issue_comment', 'updated', commentData(comment, this.release), activity)];
  }

  workItem(
    context: NoticeContext,
    item: WorkItem,
    action: EntityAction,
    changes: readonly FieldChange[],
    by: ChangedBy,
  ): Notice[] {
    if (action === 'deleted') {
      const { id } = item;
      return this.release.deletions.workItem ? [this.#notice(context, 'issue', 'deleted', { id }, WHOLE)] : [];
    }
    const data = workItemData(context, item, this.#listedIds(item, changes), this.release);
    if (action === 'created') return this.#created(context, item, data, by);
    return this.#activitiesOf(context, changes, by).map((activity) =>
      this.#notice(context, 'issue', 'updated', data, activity),
    );
  }

  /** Of projects, cycles and modules; of the parts of a work item the links, up to v0.26.0. */
  record(context: EntityContext, change: RecordChange, by: ChangedBy): Notice[] {
    const { family, action, record, previous = {} } = change;
    if (family === 'workitem.link') return this.#link(context, change);
    const isSilent = family === 'cycle' && by === 'api' && !this.release.announcesApi && !this.release.doubles;
    if (!['project', 'cycle', 'module'].includes(family) || isSilent) return [];
    if (action === 'deleted')
      return family === 'project' ? [this.#notice(context, family, action, { id: record.id })] : [];
    const body = recordBody(record);
    if (action === 'created') return [this.#notice(context, family, action, body)];
    return Object.entries(previous).map(([field, before]) => {
      const activity = { field, old_value: before, new_value: body[field] ?? null };
      return this.#notice(context, family, 'updated', body, activity);
    });
  }

  /** A part is announced as its work item that was created, updated or deleted; up to v0.26.0. */
  part(context: NoticeContext, item: WorkItem, { verb, field, before, after, ...ids }: PartChange): Notice[] {
    if (!this.release.doubles) return [];
    const values = { field, old_value: before, new_value: after };
    const activity = { ...values, old_identifier: ids.beforeId ?? null, new_identifier: ids.afterId ?? null };
    const data =
      verb === 'deleted' ? { id: item.id } : workItemData(context, item, this.#listedIds(item, []), this.release);
    return [this.#notice(context, 'issue', verb, data, activity)];
  }

  /** A decision about a work item of the intake has its number as the action; up to v0.26.0. */
  intake(context: NoticeContext, item: WorkItem, { before, after, body }: IntakeChange): Notice[] {
    if (!this.release.doubles) return [];
    const data = { ...body, issue_detail: workItemData(context, item, this.#listedIds(item, []), this.release) };
    const activity = { field: 'intake', old_value: nameOfStatus(before), new_value: nameOfStatus(after) };
    return [this.#notice(context, 'intake_issue', after, data, activity)];
  }

  #created(context: NoticeContext, item: WorkItem, data: PythonValue, by: ChangedBy): Notice[] {
    const assigned: FieldChange = { field: 'assigneeIds', before: [], after: item.assigneeIds };
    const first = this.release.assigneesFirst && by === 'app' ? namedActivities(context, assigned) : [];
    return [
      ...first.map((activity) => this.#notice(context, 'issue', 'updated', data, activity)),
      this.#notice(context, 'issue', 'created', data),
    ];
  }

  #link(context: EntityContext, { action, record, item, previous = {} }: RecordChange): Notice[] {
    if (!item || !isNoticeContext(context) || action === 'archived') return [];
    const url = fieldText(record.fields.url);
    const isDeleted = action === 'deleted';
    return this.part(context, item, {
      verb: action,
      field: 'link',
      before: isDeleted ? url : fieldText(previous.url) || null,
      after: isDeleted ? null : url,
      beforeId: action === 'created' ? null : record.id,
      afterId: isDeleted ? null : record.id,
    });
  }

  #activitiesOf(context: NoticeContext, changes: readonly FieldChange[], by: ChangedBy): Activity[] {
    const { doubles, announcesApi, announcesIds, imperative } = this.release;
    const visible = changes.filter(({ field }) => field !== 'archivedAt');
    if (doubles) {
      const archived = changes.filter(({ field }) => field === 'archivedAt').map(archiving);
      const seen = by === 'api' ? visible.filter(({ field }) => !UNSEEN_BY_API.has(field)) : visible;
      const named = [...seen.flatMap((change) => namedActivities(context, change)), ...archived];
      return by === 'api' ? named : [...named, ...visible.map(columnActivity)];
    }
    if (by === 'api' && !announcesApi) return [];
    if (by === 'api' && announcesIds) return visible.map(apiActivity);
    return imperative ? visible.map(apiActivity) : visible.map(columnActivity);
  }

  /** The lists of the work item; up to v0.27 with what was removed, the newest first. */
  #listedIds(item: WorkItem, changes: readonly FieldChange[]): ListedIds {
    const own = { assignees: item.assigneeIds, labels: item.labelIds };
    if (!this.release.listsRemoved) return own;
    const before = this.#listed.get(item.id);
    const after = (field: FieldChange['field'], now: readonly string[], listed: readonly string[] | undefined) => {
      const change = changes.find((each) => each.field === field);
      const old = listed ?? (change?.before as readonly string[] | undefined) ?? now;
      return change ? [...now.toReversed(), ...old] : old;
    };
    const listed = {
      assignees: after('assigneeIds', own.assignees, before?.assignees),
      labels: after('labelIds', own.labels, before?.labels),
    };
    this.#listed.set(item.id, listed);
    return listed;
  }

  #notice(
    context: EntityContext,
    event: string,
    action: string | number,
    data: PythonValue,
    activity?: Activity,
  ): Notice {
    const { imperative } = this.release;
    const payload = {
      event,
      action: imperative ? String(action).replace(/d$/, '') : action,
      webhook_id: context.webhookId,
      workspace_id: context.workspaceId,
      data,
      activity: imperative ? undefined : activityData(context, activity),
    };
    const body = Buffer.from(pythonJson(payload));
    return { event, shape: 'ce', body: () => body };
  }
}

function isNoticeContext(context: EntityContext): context is NoticeContext {
  return 'project' in context;
}

function archiving({ before, after }: FieldChange): Activity {
  const values = after === null ? ['archive', 'restore'] : [before, 'manual_archive'];
  return { field: 'archived_at', old_value: values[0], new_value: values[1] };
}

function activityData({ actor }: EntityContext, activity: Activity | undefined): PythonValue {
  return {
    field: activity?.field ?? null,
    new_value: activity?.new_value ?? null,
    old_value: activity?.old_value ?? null,
    actor: personData(actor),
    old_identifier: activity?.old_identifier ?? null,
    new_identifier: activity?.new_identifier ?? null,
  };
}
