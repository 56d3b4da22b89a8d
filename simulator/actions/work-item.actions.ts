import { randomUUID } from 'node:crypto';
import { type FieldChange } from '../sending/notice.types.js';
import { planeTime } from '../world/plane-time.js';
import { type HistoryEntry } from '../world/record.types.js';
import { AlreadyExistsError, badInput, EXTERNAL_ID } from '../world/world.error.js';
import {
  NO_OPTIONAL_FIELDS,
  OPTIONAL_FIELDS,
  type Project,
  type User,
  type WorkItem,
  type WorkItemFields,
} from '../world/world.types.js';
import { type World } from '../world/world.js';
import { type Announcer, type NoticeOptions } from './announcer.js';

/** Creates, changes and deletes work items on behalf of any user. */
export class WorkItemActions {
  constructor(
    private readonly world: World,
    private readonly announcer: Announcer,
  ) {}

  create(actor: User, project: Project, fields: Partial<WorkItemFields>, options: NoticeOptions): WorkItem {
    this.#check(project, fields);
    const taken = fields.externalId && this.world.workItemsOf(project.id).find((item) => sameOrigin(item, fields));
    if (taken) throw new AlreadyExistsError('work item', EXTERNAL_ID, taken.id);
    const now = Date.now();
    const numbers = this.world.workItemsOf(project.id).map((item) => item.sequenceId);
    const item: WorkItem = {
      name: 'Untitled',
      descriptionHtml: '<p></p>',
      priority: 'none',
      assigneeIds: [],
      labelIds: [],
      stateId: project.states[0]?.id ?? '',
      ...NO_OPTIONAL_FIELDS,
      ...fields,
      id: randomUUID(),
      projectId: project.id,
      workspaceId: project.workspaceId,
      sequenceId: Math.max(0, ...numbers) + 1,
      createdBy: actor.id,
      createdAt: now,
      updatedBy: actor.id,
      updatedAt: now,
      completedAt: null,
    };
    this.world.workItems.set(item.id, item);
    this.#note(actor, item, 'created');
    this.announcer.workItem(actor, item, 'created', [], options);
    return item;
  }

  /** Applies the fields that differ and sends the webhooks; returns the changes. */
  update(actor: User, item: WorkItem, fields: Partial<WorkItemFields>, options: NoticeOptions): FieldChange[] {
    this.#check(this.world.projectOf(item), fields);
    const changes = changesOf(item, fields);
    if (changes.length === 0) return changes;
    Object.assign(item, fields, { updatedBy: actor.id, updatedAt: Date.now() });
    this.#complete(item, changes);
    for (const change of changes) this.#noteChange(actor, item, change);
    this.announcer.workItem(actor, item, 'updated', changes, options);
    return changes;
  }

  /** Moves a work item to another project of its workspace. Sends no webhook. */
  move(item: WorkItem, project: Project): void {
    const numbers = this.world.workItemsOf(project.id).map((other) => other.sequenceId);
    const stateId = project.states[0]?.id ?? '';
    const moved = { projectId: project.id, sequenceId: Math.max(0, ...numbers) + 1, stateId, labelIds: [] };
    Object.assign(item, moved, { updatedAt: Date.now() });
  }

  /** Archives a work item, or takes it out of the archive: lists leave out archived ones. */
  archive(actor: User, item: WorkItem, archived: boolean, options: NoticeOptions): void {
    const archivedAt = archived ? planeTime(Date.now()).slice(0, 10) : null;
    const change: FieldChange = { field: 'archivedAt', before: item.archivedAt, after: archivedAt };
    if (change.before === change.after) return;
    Object.assign(item, { archivedAt, updatedBy: actor.id, updatedAt: Date.now() });
    this.#noteChange(actor, item, change);
    this.announcer.workItem(actor, item, archived ? 'archived' : 'updated', [change], options);
  }

  delete(actor: User, item: WorkItem, options: NoticeOptions): void {
    this.world.workItems.delete(item.id);
    this.#note(actor, item, 'deleted');
    this.announcer.workItem(actor, item, 'deleted', [], options);
  }

  #complete(item: WorkItem, changes: readonly FieldChange[]): void {
    if (!changes.some(({ field }) => field === 'stateId')) return;
    const state = this.world.projectOf(item).states.find(({ id }) => id === item.stateId);
    item.completedAt = state?.group === 'completed' ? Date.now() : null;
  }

  #noteChange(actor: User, item: WorkItem, change: FieldChange): void {
    const text = (value: FieldChange['before']) =>
      typeof value === 'string' || value === null ? value : JSON.stringify(value);
    const [before, after] = [text(change.before), text(change.after)];
    const states = this.world.projectOf(item).states;
    const name = (id: string | null) => states.find((state) => state.id === id)?.name ?? id;
    const entry = { field: fieldName(change.field), before: name(before), after: name(after) };
    const ids = change.field.endsWith('Id') ? { beforeId: before, afterId: after } : {};
    this.#note(actor, item, 'updated', { ...entry, ...ids });
  }

  #note(actor: User, item: WorkItem, verb: HistoryEntry['verb'], more: Partial<HistoryEntry> = {}): void {
    const nothing = { field: null, before: null, after: null, beforeId: null, afterId: null };
    const entry = { id: randomUUID(), workItemId: item.id, actorId: actor.id, at: Date.now(), verb };
    this.world.history.push({ ...nothing, ...entry, ...more });
  }

  #check(project: Project, fields: Partial<WorkItemFields>): void {
    const states = new Set(project.states.map((state) => state.id));
    const labels = new Set(project.labels.map((label) => label.id));
    if (fields.stateId !== undefined && !states.has(fields.stateId)) {
      throw badInput(`The project has no state "${fields.stateId}".`);
    }
    const label = fields.labelIds?.find((id) => !labels.has(id));
    if (label !== undefined) throw badInput(`The project has no label "${label}".`);
    const { parentId } = fields;
    if (parentId && this.world.workItems.get(parentId)?.projectId !== project.id)
      throw badInput(`The project has no work item "${parentId}" to be the parent.`);
    const assignee = fields.assigneeIds?.find((id) => !this.world.users.has(id));
    if (assignee !== undefined) throw badInput(`There is no user "${assignee}" to assign.`);
  }
}

function sameOrigin(item: WorkItem, { externalId, externalSource = null }: Partial<WorkItemFields>): boolean {
  return item.externalId === externalId && item.externalSource === externalSource;
}

/** As Plane's history names it: `state`, `assignees`, `target_date`. */
function fieldName(field: FieldChange['field']): string {
  const names: Partial<Record<FieldChange['field'], string>> = {
    ...OPTIONAL_FIELDS,
    stateId: 'state',
    assigneeIds: 'assignees',
    labelIds: 'labels',
    descriptionHtml: 'description',
  };
  return names[field] ?? field;
}

function changesOf(item: WorkItem, fields: Partial<WorkItemFields>): FieldChange[] {
  return (Object.keys(fields) as (keyof WorkItemFields)[])
    .map((field) => ({ field, before: item[field], after: fields[field] }))
    .filter(({ before, after }) => after !== undefined && JSON.stringify(before) !== JSON.stringify(after));
}
