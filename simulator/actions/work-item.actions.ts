import { randomUUID } from 'node:crypto';
import { type FieldChange, type PartChange } from '../sending/notice.types.js';
import { fixedId } from '../world/fixed-id.js';
import { planeTime } from '../world/plane-time.js';
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
    const now = this.world.now();
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
    this.world.note(item.id, actor.id, { verb: 'created' });
    this.announcer.workItem(actor, item, 'created', [], options);
    return item;
  }

  /** Applies the fields that differ and sends the webhooks; returns the changes. */
  update(actor: User, item: WorkItem, fields: Partial<WorkItemFields>, options: NoticeOptions): FieldChange[] {
    this.#check(this.world.projectOf(item), fields);
    const changes = changesOf(item, fields);
    if (changes.length === 0) return changes;
    Object.assign(item, fields, { updatedBy: actor.id, updatedAt: this.world.now() });
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
    Object.assign(item, moved, { updatedAt: this.world.now() });
  }

  /** Archives a work item, or takes it out of the archive: lists leave out archived ones. */
  archive(actor: User, item: WorkItem, archived: boolean, options: NoticeOptions): void {
    const archivedAt = archived ? planeTime(this.world.now()).slice(0, 10) : null;
    const change: FieldChange = { field: 'archivedAt', before: item.archivedAt, after: archivedAt };
    if (change.before === change.after) return;
    Object.assign(item, { archivedAt, updatedBy: actor.id, updatedAt: this.world.now() });
    this.#noteChange(actor, item, change);
    this.announcer.workItem(actor, item, archived ? 'archived' : 'updated', [change], options);
  }

  /** Adds a reaction, or removes it: Plane's history does not show either. @param code of the emoji */
  react(actor: User, item: WorkItem, code: string, removed: boolean, options: NoticeOptions): void {
    const id = fixedId(`reaction:${item.id}:${actor.id}:${code}`);
    const change = removed
      ? ({ verb: 'deleted', before: code, after: null, beforeId: id } as const)
      : ({ verb: 'created', before: null, after: code, afterId: id } as const);
    this.part(actor, item, { field: 'reaction', ...change }, options);
  }

  /** Announces that a part of the work item was added or removed. */
  part(actor: User, item: WorkItem, change: PartChange, options: NoticeOptions): void {
    item.updatedAt = this.world.now();
    this.announcer.part(actor, item, change, options);
  }

  delete(actor: User, item: WorkItem, options: NoticeOptions): void {
    this.world.workItems.delete(item.id);
    this.world.note(item.id, actor.id, { verb: 'deleted' });
    this.announcer.workItem(actor, item, 'deleted', [], options);
  }

  #complete(item: WorkItem, changes: readonly FieldChange[]): void {
    if (!changes.some(({ field }) => field === 'stateId')) return;
    const state = this.world.projectOf(item).states.find(({ id }) => id === item.stateId);
    item.completedAt = state?.group === 'completed' ? this.world.now() : null;
  }

  /** An entry for each field, but for lists one for each person or label that was added or removed, as Plane has. */
  #noteChange(actor: User, item: WorkItem, change: FieldChange): void {
    const { field, before, after } = change;
    if (Array.isArray(before) || Array.isArray(after)) {
      this.#noteList(actor, item, fieldName(field), asList(before), asList(after));
      return;
    }
    const [old, now] = [textOf(before), textOf(after)];
    const name = (id: string | null) => this.#nameOf(item, field, id);
    const ids = field.endsWith('Id') ? { beforeId: old, afterId: now } : {};
    this.world.note(item.id, actor.id, {
      verb: 'updated',
      field: fieldName(field),
      before: name(old),
      after: name(now),
      ...ids,
    });
  }

  #noteList(actor: User, item: WorkItem, field: string, before: readonly string[], after: readonly string[]): void {
    const name = (id: string) => this.#nameOf(item, field, id);
    for (const id of before.filter((each) => !after.includes(each)))
      this.world.note(item.id, actor.id, { verb: 'updated', field, before: name(id), after: '', beforeId: id });
    for (const id of after.filter((each) => !before.includes(each)))
      this.world.note(item.id, actor.id, { verb: 'updated', field, before: '', after: name(id), afterId: id });
  }

  #nameOf(item: WorkItem, field: string, id: string | null): string | null {
    if (id === null) return null;
    const { states, labels } = this.world.projectOf(item);
    if (field === 'stateId') return states.find((state) => state.id === id)?.name ?? id;
    if (field === 'labels') return labels.find((label) => label.id === id)?.name ?? id;
    return field === 'assignees' ? (this.world.users.get(id)?.displayName ?? id) : id;
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

function textOf(value: FieldChange['before']): string | null {
  return typeof value === 'string' || value === null ? value : JSON.stringify(value);
}

function asList(value: FieldChange['before']): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
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
