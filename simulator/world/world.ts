import { randomUUID } from 'node:crypto';
import { fixedId } from './fixed-id.js';
import { PEOPLE, SAMPLE, seedProject, seedProjects, seedWorkItems, seedWorkspaces } from './seed.js';
import { withRecords } from './project-records.js';
import { type HistoryEntry } from './record.types.js';
import { Records } from './records.js';
import { badInput, conflict, notFound } from './world.error.js';
import {
  type AgentRun,
  type Comment,
  type Installation,
  type Project,
  type User,
  type WorkItem,
  type Workspace,
} from './world.types.js';

/** The data of the simulated Plane, in memory. Lookups throw a 404 for unknown entities. */
export class World {
  readonly users = new Map<string, User>(PEOPLE.map((user) => [user.id, user]));
  readonly workspaces: Workspace[] = seedWorkspaces();
  readonly records = new Records();
  readonly projects: Project[] = seedProjects(this.workspaces).map((project) => withRecords(this.records, project));
  readonly workItems = new Map<string, WorkItem>(seedWorkItems(this.projects).map((item) => [item.id, item]));
  readonly history: HistoryEntry[] = [...this.workItems.values()].map(creationOf);
  readonly comments: Comment[] = [];
  readonly runs = new Map<string, AgentRun>();
  /** By workspace id. An uninstalled one stays, with `deletedAt` set. */
  readonly installations = new Map<string, Installation>();

  /** @param now the time of changes by users and by the app, milliseconds since 1970 */
  constructor(readonly now: () => number = Date.now) {}

  workspace(slug: string): Workspace {
    const found = this.workspaces.find((workspace) => workspace.slug === slug);
    if (!found) throw notFound('workspace', slug);
    return found;
  }

  workspaceById(id: string): Workspace {
    const found = this.workspaces.find((workspace) => workspace.id === id);
    if (!found) throw notFound('workspace', id);
    return found;
  }

  project(workspaceId: string, id: string): Project {
    const found = this.projects.find((project) => project.id === id && project.workspaceId === workspaceId);
    if (!found) throw notFound('project', id);
    return found;
  }

  projectOf(item: { projectId: string; workspaceId: string }): Project {
    return this.project(item.workspaceId, item.projectId);
  }

  workItem(id: string): WorkItem {
    const found = this.workItems.get(id);
    if (!found) throw notFound('work item', id);
    return found;
  }

  workItemIn(workspaceId: string, id: string): WorkItem {
    const found = this.workItem(id);
    if (found.workspaceId !== workspaceId) throw notFound('work item', id);
    return found;
  }

  workItemsOf(projectId: string): WorkItem[] {
    return [...this.workItems.values()].filter((item) => item.projectId === projectId);
  }

  commentsOf(workItemId: string): Comment[] {
    return this.comments.filter((comment) => comment.workItemId === workItemId);
  }

  comment(id: string): Comment {
    const found = this.comments.find((comment) => comment.id === id);
    if (!found) throw notFound('comment', id);
    return found;
  }

  commentIn(workspaceId: string, id: string): Comment {
    const found = this.comment(id);
    if (found.workspaceId !== workspaceId) throw notFound('comment', id);
    return found;
  }

  /** The first comment of the thread that the comment stands in: itself, if it is no reply. */
  threadOf(commentId: string): string {
    return this.comment(commentId).parentId ?? commentId;
  }

  /** The newest run that was started in the thread. */
  runOfThread(threadId: string): AgentRun | undefined {
    return [...this.runs.values()].findLast(({ commentId }) => commentId && this.threadOf(commentId) === threadId);
  }

  user(id: string): User {
    const found = this.users.get(id);
    if (!found) throw notFound('user', id);
    return found;
  }

  /** A person by role (`admin`, `member`), display name or id. */
  person(key: string): User {
    const found = [...this.users.values()].find(
      (user) => user.role !== 'bot' && [user.role, user.displayName, user.id].includes(key),
    );
    if (!found) throw badInput(`"${key}" is no user: use "admin", "member" or a user's id.`);
    return found;
  }

  run(id: string): AgentRun {
    const found = this.runs.get(id);
    if (!found) throw notFound('run', id);
    return found;
  }

  /** The active installation of the workspace. */
  activeInstallation(workspaceId: string): Installation | undefined {
    const found = this.installations.get(workspaceId);
    return found?.deletedAt === null ? found : undefined;
  }

  installation(id: string): Installation {
    const found = [...this.installations.values()].find((installation) => installation.id === id);
    if (!found) throw notFound('installation', id);
    return found;
  }

  /** Installs the app; the installation's id stays the same after an uninstall and after a restart. */
  install(workspace: Workspace, installedBy: string, now: number): Installation {
    const first = workspace.id === SAMPLE.workspaceId;
    const before = this.installations.get(workspace.id);
    const installation: Installation = {
      id: first ? SAMPLE.installationId : fixedId(`installation:${workspace.id}`),
      workspaceId: workspace.id,
      botId: first ? SAMPLE.botId : fixedId(`bot:${workspace.id}`),
      webhookId: first ? SAMPLE.webhookId : fixedId(`webhook:${workspace.id}`),
      installedBy,
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
      deletedAt: null,
    };
    this.installations.set(workspace.id, installation);
    this.users.set(installation.botId, botUser(installation.botId, workspace));
    return installation;
  }

  /** Adds workspaces without projects, for tests with many. */
  addWorkspaces(count: number): Workspace[] {
    const first = this.workspaces.length;
    const added = Array.from({ length: count }, (_, index) => {
      const slug = `crowd-${first + index}`;
      return { id: fixedId(`workspace:${slug}`), slug, name: slug };
    });
    this.workspaces.push(...added);
    return added;
  }

  /** Adds a project; its states and labels become records. */
  addProject(project: Project): Project {
    const added = withRecords(this.records, project);
    this.projects.push(added);
    return added;
  }

  /** Adds projects without work items to a workspace, for tests with many: `P3`, `P4` … */
  addProjects(workspaceId: string, count: number): Project[] {
    const first = this.projects.filter((project) => project.workspaceId === workspaceId).length + 1;
    return Array.from({ length: count }, (_, index) => this.addProject(seedProject(workspaceId, `P${first + index}`)));
  }

  /** Adds an entry to the history of a work item. */
  note(workItemId: string, actorId: string, entry: Partial<HistoryEntry> & Pick<HistoryEntry, 'verb'>): void {
    this.history.push({ ...NOTHING_NOTED, id: randomUUID(), workItemId, actorId, at: this.now(), ...entry });
  }

  rename(slug: string, to: { name?: string; slug?: string }): Workspace {
    const workspace = this.workspace(slug);
    const taken = this.workspaces.some((other) => other !== workspace && other.slug === to.slug);
    if (taken) throw conflict(`The slug "${to.slug}" belongs to another workspace.`);
    workspace.name = to.name ?? workspace.name;
    workspace.slug = to.slug ?? workspace.slug;
    return workspace;
  }
}

const NOTHING_NOTED = { field: null, before: null, after: null, beforeId: null, afterId: null };

/** The first entry of a work item's history. */
function creationOf({ id, createdBy, createdAt }: WorkItem): HistoryEntry {
  const entry = { id: fixedId(`history:${id}`), workItemId: id, actorId: createdBy, at: createdAt };
  return { ...NOTHING_NOTED, ...entry, verb: 'created' };
}

function botUser(id: string, workspace: Workspace): User {
  return {
    id,
    firstName: 'Your app',
    lastName: '',
    email: `bot-${workspace.id}@bots.example.com`,
    displayName: 'your-app',
    role: 'bot',
  };
}
