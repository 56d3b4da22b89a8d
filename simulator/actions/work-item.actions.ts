import { randomUUID } from 'node:crypto';
import { type FieldChange } from '../sending/notice.types.js';
import { badInput } from '../world/world.error.js';
import { type Project, type User, type WorkItem, type WorkItemFields } from '../world/world.types.js';
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
    const now = Date.now();
    const numbers = this.world.workItemsOf(project.id).map((item) => item.sequenceId);
    const item: WorkItem = {
      name: 'Untitled',
      descriptionHtml: '<p></p>',
      priority: 'none',
      assigneeIds: [],
      labelIds: [],
      stateId: project.states[0]?.id ?? '',
      ...fields,
      id: randomUUID(),
      projectId: project.id,
      workspaceId: project.workspaceId,
      sequenceId: Math.max(0, ...numbers) + 1,
      createdBy: actor.id,
      createdAt: now,
      updatedBy: actor.id,
      updatedAt: now,
    };
    this.world.workItems.set(item.id, item);
    this.announcer.workItem(actor, item, 'created', [], options);
    return item;
  }

  /** Applies the fields that differ and sends the webhooks; returns the changes. */
  update(actor: User, item: WorkItem, fields: Partial<WorkItemFields>, options: NoticeOptions): FieldChange[] {
    this.#check(this.world.projectOf(item), fields);
    const changes = changesOf(item, fields);
    if (changes.length === 0) return changes;
    Object.assign(item, fields, { updatedBy: actor.id, updatedAt: Date.now() });
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

  delete(actor: User, item: WorkItem, options: NoticeOptions): void {
    this.world.workItems.delete(item.id);
    this.announcer.workItem(actor, item, 'deleted', [], options);
  }

  #check(project: Project, fields: Partial<WorkItemFields>): void {
    const states = new Set(project.states.map((state) => state.id));
    const labels = new Set(project.labels.map((label) => label.id));
    if (fields.stateId !== undefined && !states.has(fields.stateId)) {
      throw badInput(`The project has no state "${fields.stateId}".`);
    }
    const label = fields.labelIds?.find((id) => !labels.has(id));
    if (label !== undefined) throw badInput(`The project has no label "${label}".`);
    const assignee = fields.assigneeIds?.find((id) => !this.world.users.has(id));
    if (assignee !== undefined) throw badInput(`There is no user "${assignee}" to assign.`);
  }
}

function changesOf(item: WorkItem, fields: Partial<WorkItemFields>): FieldChange[] {
  return (Object.keys(fields) as (keyof WorkItemFields)[])
    .map((field) => ({ field, before: item[field], after: fields[field] }))
    .filter(({ before, after }) => after !== undefined && JSON.stringify(before) !== JSON.stringify(after));
}
