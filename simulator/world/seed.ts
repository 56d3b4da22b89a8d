import { fixedId } from './fixed-id.js';
import {
  type Label,
  NO_OPTIONAL_FIELDS,
  type Project,
  type State,
  type User,
  type WorkItem,
  type Workspace,
} from './world.types.js';

/** Ids that Plane's documentation uses in its samples; recorded payloads and the simulator agree on them. */
export const SAMPLE = {
  workspaceId: 'b54ecb0d-e3eb-4986-b238-f83fd8665e65',
  projectId: '59e3be42-87ec-4950-99a3-ae639cf2b089',
  workItemId: '775c5716-5302-4617-bb9f-2cd843911268',
  adminId: '754009ab-3fb5-424e-909a-b46e9c9d0c4f',
  botId: '7286aaa7-9250-4851-a520-29c904fd7654',
  installationId: '34b97361-8636-43dc-953e-90deedc8498f',
  webhookId: '8944ed18-1331-4eae-b9bb-7c40864b8abd',
  applicationId: 'ab235529-388a-4f51-a55a-78272251f5f1',
  todoStateId: '067b88e5-304b-4221-ba09-94340dcc36e5',
  startedStateId: 'aa7b88e5-304b-4221-ba09-94340dcc36e5',
  bugLabelId: '11111111-2222-4333-8444-555555555555',
} as const;

const SEEDED_AT = Date.parse('2026-01-15T10:30:00Z');
const SEEDED = { fields: {}, createdBy: SAMPLE.adminId, createdAt: SEEDED_AT, updatedAt: SEEDED_AT };

/** The two people of every workspace. */
export const PEOPLE: readonly User[] = [
  {
    id: SAMPLE.adminId,
    firstName: 'Zoë',
    lastName: 'Ångström',
    email: 'zoe@example.com',
    displayName: 'zoë',
    role: 'admin',
  },
  {
    id: fixedId('user:mika'),
    firstName: 'Mika',
    lastName: 'Okafor',
    email: 'mika@example.com',
    displayName: 'mika',
    role: 'member',
  },
];

/** The workspaces at the start. */
export function seedWorkspaces(): Workspace[] {
  return [
    { id: SAMPLE.workspaceId, slug: 'sandbox', name: 'Sandbox' },
    { id: fixedId('workspace:harbour'), slug: 'harbour', name: 'Harbour' },
  ];
}

function seedStates(project: string, first: boolean): State[] {
  const id = (name: string, sample: string) => (first ? sample : fixedId(`state:${project}:${name}`));
  return [
    { id: id('todo', SAMPLE.todoStateId), name: 'Todo', color: '#f39c12', group: 'unstarted' },
    { id: id('started', SAMPLE.startedStateId), name: 'In Progress', color: '#00aaff', group: 'started' },
    { id: fixedId(`state:${project}:done`), name: 'Done', color: '#16a34a', group: 'completed' },
  ];
}

function seedLabels(project: string, first: boolean): Label[] {
  return [
    { id: first ? SAMPLE.bugLabelId : fixedId(`label:${project}:bug`), name: 'bug', color: '#ff0000' },
    { id: fixedId(`label:${project}:idea`), name: 'idea', color: '#8b5cf6' },
  ];
}

const PROJECTS = [
  { workspace: 0, identifier: 'WEB', name: 'Website', items: ['Straße 😀 prüfen', 'Publish the price list'] },
  {
    workspace: 0,
    identifier: 'OPS',
    name: 'Operations',
    items: ['Replace the certificates', 'Move the backups'],
  },
  { workspace: 1, identifier: 'DOCK', name: 'Dock', items: ['Repaint berth 4', 'Order new fenders'] },
  { workspace: 1, identifier: 'CRANE', name: 'Cranes', items: ['Inspect crane 2', 'Train two operators'] },
];

/** A project of a workspace, for tests with many. */
export function seedProject(workspaceId: string, identifier: string): Project {
  return {
    id: fixedId(`project:${workspaceId}:${identifier}`),
    workspaceId,
    identifier,
    name: identifier,
    states: seedStates(identifier, false),
    labels: seedLabels(identifier, false),
    ...SEEDED,
  };
}

/** Two projects per workspace. */
export function seedProjects(workspaces: readonly Workspace[]): Project[] {
  return PROJECTS.map(({ workspace, identifier, name }, index) => ({
    id: index === 0 ? SAMPLE.projectId : fixedId(`project:${identifier}`),
    workspaceId: workspaces[workspace]?.id ?? '',
    identifier,
    name,
    states: seedStates(identifier, index === 0),
    labels: seedLabels(identifier, index === 0),
    ...SEEDED,
  }));
}

/** Two work items per project. */
export function seedWorkItems(projects: readonly Project[]): WorkItem[] {
  return projects.flatMap((project, index) =>
    (PROJECTS[index]?.items ?? []).map((name, position) => ({
      id: index + position === 0 ? SAMPLE.workItemId : fixedId(`work-item:${project.identifier}:${position}`),
      projectId: project.id,
      workspaceId: project.workspaceId,
      sequenceId: position + 1,
      name,
      descriptionHtml: '<p></p>',
      priority: 'none' as const,
      stateId: project.states[0]?.id ?? '',
      assigneeIds: [],
      labelIds: [],
      createdBy: SAMPLE.adminId,
      createdAt: SEEDED_AT,
      updatedBy: SAMPLE.adminId,
      updatedAt: SEEDED_AT,
      completedAt: null,
      ...NO_OPTIONAL_FIELDS,
    })),
  );
}
