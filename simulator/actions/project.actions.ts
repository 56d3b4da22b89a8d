import { randomUUID } from 'node:crypto';
import { fixedId } from '../world/fixed-id.js';
import { projectRecord } from '../world/project-records.js';
import { type Fields } from '../world/record.types.js';
import { AlreadyExistsError } from '../world/world.error.js';
import { type Project, type State, type User, type Workspace } from '../world/world.types.js';
import { type World } from '../world/world.js';
import { type Announcer, type NoticeOptions } from './announcer.js';

/** What a project is made of; `fields` are Plane's further ones. */
export interface ProjectFields {
  readonly name?: string;
  readonly identifier?: string;
  readonly fields: Fields;
}

const STATES = [
  ['Backlog', '#60646C', 'backlog'],
  ['Todo', '#60646C', 'unstarted'],
  ['In Progress', '#F59E0B', 'started'],
  ['Done', '#46A758', 'completed'],
  ['Cancelled', '#9AA4BC', 'cancelled'],
] as const;

function newStates(project: string): State[] {
  return STATES.map(([name, color, group]) => ({ id: fixedId(`state:${project}:${name}`), name, color, group }));
}

/** Creates, changes and deletes projects on behalf of any user. */
export class ProjectActions {
  constructor(
    private readonly world: World,
    private readonly announcer: Announcer,
  ) {}

  /** A project with Plane's five states. @throws 409 where its name or identifier is taken */
  create(
    actor: User,
    workspace: Workspace,
    { name = '', identifier = '', fields }: ProjectFields,
    options: NoticeOptions,
  ): Project {
    this.#requireNew(workspace, { name, identifier, fields });
    const [id, now] = [randomUUID(), this.world.now()];
    const project = this.world.addProject({
      id,
      workspaceId: workspace.id,
      identifier,
      name,
      fields,
      states: newStates(id),
      labels: [],
      createdBy: actor.id,
      createdAt: now,
      updatedAt: now,
    });
    this.announcer.record(actor, { family: 'project', action: 'created', record: projectRecord(project) }, options);
    return project;
  }

  update(actor: User, project: Project, change: ProjectFields, options: NoticeOptions): void {
    const before = projectRecord(project).fields;
    const { fields, ...own } = change;
    Object.assign(project, own, { updatedAt: this.world.now() });
    Object.assign(project.fields, fields);
    const record = projectRecord(project);
    const changed = Object.keys(record.fields).filter(
      (name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(record.fields[name] ?? null),
    );
    if (changed.length === 0) return;
    const previous = Object.fromEntries(changed.map((name) => [name, before[name] ?? null]));
    const archived = previous.archived_at === null;
    const action = archived ? 'archived' : 'updated';
    this.announcer.record(actor, { family: 'project', action, record, previous }, options);
  }

  /** Deletes a project with its work items. */
  delete(actor: User, project: Project, options: NoticeOptions): void {
    for (const { id } of this.world.workItemsOf(project.id)) this.world.workItems.delete(id);
    this.world.projects.splice(this.world.projects.indexOf(project), 1);
    this.announcer.record(actor, { family: 'project', action: 'deleted', record: projectRecord(project) }, options);
  }

  #requireNew({ id: workspaceId }: Workspace, { name, identifier }: ProjectFields): void {
    const others = this.world.projects.filter((project) => project.workspaceId === workspaceId);
    const sameName = others.find((project) => project.name === name);
    if (sameName) throw new AlreadyExistsError('project', 'name', sameName.id);
    const sameIdentifier = others.find((project) => project.identifier === identifier);
    if (sameIdentifier) throw new AlreadyExistsError('project', 'identifier', sameIdentifier.id);
  }
}
