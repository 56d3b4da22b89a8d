import { randomUUID } from 'node:crypto';
import { SAMPLE } from '../../../simulator/world/seed.js';

/** The person who acts in events, as v1 sends them. */
export const ACTOR = {
  id: SAMPLE.adminId,
  first_name: 'Zoë',
  last_name: 'Ångström',
  email: 'zoe@example.com',
  avatar: '',
  avatar_url: null,
  display_name: 'zoë',
} as const;

/** The state of the work item, as v1 sends it. */
export const STATE = { id: SAMPLE.todoStateId, name: 'Todo', color: '#f39c12', group: 'unstarted' } as const;

/** The name of the work item in events, and in the simulated Plane. */
const WORK_ITEM_NAME = 'Straße 😀 prüfen';

const CREATED_AT = '2026-03-31T11:44:41.249292Z';
const LAST_EDIT_MS = Date.parse('2026-03-31T11:50:00Z');
let edits = 0;

/** Another time with each call: equal v1 bodies are one event. */
function nextEditTime(): string {
  edits += 1;
  return new Date(LAST_EDIT_MS + edits * 1000).toISOString();
}

/** What people and the app set on records of the community edition. */
const STAMPS = (): object => ({
  created_at: CREATED_AT,
  updated_at: nextEditTime(),
  deleted_at: null,
  archived_at: null,
  external_source: null,
  external_id: null,
  created_by: SAMPLE.adminId,
  updated_by: null,
  workspace: SAMPLE.workspaceId,
});

/** The entities of v1 by their name there, as the community edition records them. */
export const V1_RECORDS: Readonly<Record<string, () => object>> = {
  issue: () => ({
    id: SAMPLE.workItemId,
    name: WORK_ITEM_NAME,
    description_html: '<p>Größe: 1 &lt; 2</p>',
    priority: 'none',
    project: SAMPLE.projectId,
    assignees: [],
    labels: [],
    state: STATE,
    sort_order: 65_535,
    sequence_id: 1,
    ...STAMPS(),
  }),
  issue_comment: () => ({
    id: randomUUID(),
    issue: SAMPLE.workItemId,
    project: SAMPLE.projectId,
    actor: SAMPLE.adminId,
    comment_html: '<p>hello</p>',
    access: 'INTERNAL',
    ...STAMPS(),
  }),
  project: () => ({
    ...STAMPS(),
    id: SAMPLE.projectId,
    name: 'Website',
    description: '',
    network: 2,
    identifier: 'WEB',
    cycle_view: true,
    module_view: true,
    page_view: true,
    timezone: 'UTC',
  }),
  cycle: () => ({
    ...STAMPS(),
    id: randomUUID(),
    name: 'Sprint 1',
    description: '',
    start_date: '2026-12-01T00:00:01Z',
    end_date: '2026-12-14T23:59:00Z',
    sort_order: 65_535,
    timezone: 'UTC',
    version: 1,
    project: SAMPLE.projectId,
    owned_by: SAMPLE.adminId,
  }),
  module: () => ({
    ...STAMPS(),
    id: randomUUID(),
    name: 'API',
    description: '',
    start_date: null,
    target_date: null,
    status: 'backlog',
    sort_order: 65_535,
    project: SAMPLE.projectId,
    lead: null,
    members: [],
  }),
  cycle_issue: () => ({ ...STAMPS(), ...partOfWorkItem('cycle') }),
  module_issue: () => ({ ...STAMPS(), ...partOfWorkItem('module') }),
  intake_issue: () => ({ ...STAMPS(), ...partOfWorkItem('intake'), status: -2 }),
  user: () => ({ ...ACTOR, id: randomUUID(), is_bot: false }),
};

function partOfWorkItem(container: string): object {
  return { id: randomUUID(), issue: SAMPLE.workItemId, project: SAMPLE.projectId, [container]: randomUUID() };
}

/** The fields that the records of v2 share. */
export function v2Record(id: string, name: string): Record<string, unknown> {
  return {
    id,
    name,
    project_id: SAMPLE.projectId,
    workspace_id: SAMPLE.workspaceId,
    created_by_id: SAMPLE.adminId,
    updated_by_id: SAMPLE.adminId,
    updated_at: nextEditTime().replace('Z', '+00:00'),
  };
}

/** The work item of v2's events. */
export function v2WorkItem(): Record<string, unknown> {
  return {
    ...v2Record(SAMPLE.workItemId, WORK_ITEM_NAME),
    point: null,
    priority: 'none',
    state_id: SAMPLE.todoStateId,
    label_ids: [],
    assignee_ids: [],
    sort_order: 75_535,
    sequence_id: 1,
    description_json: {},
  };
}

/** The comment that v2 nests in what was commented on. */
export function v2Comment(): Record<string, unknown> {
  return {
    id: randomUUID(),
    access: 'INTERNAL',
    actor_id: SAMPLE.adminId,
    issue_id: SAMPLE.workItemId,
    edited_at: null,
    comment_stripped: 'hello',
  };
}

/** The run of agents' events. */
export function agentRun(): Record<string, unknown> {
  return {
    id: randomUUID(),
    agent_user: SAMPLE.botId,
    creator: SAMPLE.adminId,
    issue: SAMPLE.workItemId,
    project: SAMPLE.projectId,
    workspace: SAMPLE.workspaceId,
    comment: randomUUID(),
    status: 'created',
    type: 'comment_thread',
    started_at: '2026-01-15T10:30:00Z',
  };
}

/** The prompt of a run. */
export function agentPrompt(run: unknown): Record<string, unknown> {
  return {
    id: randomUUID(),
    agent_run: run,
    type: 'prompt',
    content: { type: 'prompt', body: "What's late in this cycle?" },
    ephemeral: false,
    signal: 'continue',
    actor: SAMPLE.adminId,
    workspace: SAMPLE.workspaceId,
  };
}
