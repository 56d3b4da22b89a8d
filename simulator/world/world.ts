import { fixedId } from './fixed-id.js';
import { PEOPLE, SAMPLE, seedProject, seedProjects, seedWorkItems, seedWorkspaces } from './seed.js';
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
  readonly projects: Project[] = seedProjects(this.workspaces);
  readonly workItems = new Map<string, WorkItem>(seedWorkItems(this.projects).map((item) => [item.id, item]));
  readonly comments: Comment[] = [];
  readonly runs = new Map<string, AgentRun>();
  /** By workspace id. An uninstalled one stays, with `deletedAt` set. */
  readonly installations = new Map<string, Installation>();

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

  workItemsOf(projectId: string): WorkItem[] {
    return [...this.workItems.values()].filter((item) => item.projectId === projectId);
  }

  commentsOf(workItemId: string): Comment[] {
    return this.comments.filter((comment) => comment.workItemId === workItemId);
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

  /** Adds projects without work items to a workspace, for tests with many: `P3`, `P4` … */
  addProjects(workspaceId: string, count: number): Project[] {
    const first = this.projects.filter((project) => project.workspaceId === workspaceId).length + 1;
    const added = Array.from({ length: count }, (_, index) => seedProject(workspaceId, `P${first + index}`));
    this.projects.push(...added);
    return added;
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
