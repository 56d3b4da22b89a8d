import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { SAMPLE } from '../world/seed.js';
import { type AgentRun, type Comment, type RunActivity } from '../world/world.types.js';
import { World } from '../world/world.js';
import { type FieldChange, type Notice, type NoticeContext } from './notice.types.js';
import { agentRunCreated, agentRunPrompted } from './payload-agent.js';
import { v1CommentCreated, v1WorkItem } from './payload-v1.js';
import { v2Comment, v2WorkItem } from './payload-v2.js';

const FIXTURES = new URL('../../test/fixtures/', import.meta.url);
const recorded = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8')) as unknown;
const written = (notice: Notice | undefined) => JSON.parse(notice?.body('d').toString() ?? '') as unknown;

/** The names in their order with the types of their values. */
function outline(value: unknown): unknown {
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.entries(value).map(([name, inner]) => [name, outline(inner)]);
}

const world = new World();
const at = Date.parse('2026-03-31T11:44:41Z');
world.install(world.workspace('sandbox'), SAMPLE.adminId, at);
const item = {
  ...world.workItem(SAMPLE.workItemId),
  assigneeIds: [SAMPLE.adminId],
  labelIds: [SAMPLE.bugLabelId],
};
const place = { workItemId: item.id, projectId: item.projectId, workspaceId: item.workspaceId };
const comment: Comment = {
  id: 'c',
  ...place,
  actorId: SAMPLE.adminId,
  html: '<p>/ping</p>',
  parentId: null,
  createdAt: at,
  editedAt: null,
  externalSource: null,
  externalId: null,
};
const stateChange: FieldChange = {
  field: 'stateId',
  before: SAMPLE.todoStateId,
  after: SAMPLE.startedStateId,
};

function context(warts = false): NoticeContext {
  return {
    webhookId: SAMPLE.webhookId,
    workspaceId: SAMPLE.workspaceId,
    actor: world.user(SAMPLE.adminId),
    project: world.projectOf(item),
    userById: (id) => world.user(id),
    keyOf: () => 'WEB-1',
    warts,
  };
}

describe('a payload has the same names in the same order as a recorded one', () => {
  it.each([
    ['v1-issue_comment-created', v1CommentCreated(context(), comment, 'v1')],
    ['v1-issue-created', v1WorkItem(context(), item, 'created', [], 'v1')[0]],
    ['v1-issue-updated-state', v1WorkItem(context(), item, 'updated', [stateChange], 'v1')[0]],
    ['v1-issue-updated-state_id', v1WorkItem(context(), item, 'updated', [stateChange], 'v1')[1]],
    ['v2-workitem-comment-created', v2Comment(context(), item, comment)],
  ])('%s', (name, notice) => {
    expect(outline(written(notice))).toEqual(outline(recorded(name)));
  });

  it.each([
    ['v1-issue_comment-created-ce', v1CommentCreated(context(), comment, 'ce')],
    ['v1-issue-created-ce', v1WorkItem(context(), item, 'created', [], 'ce')[0]],
    ['v1-issue-deleted-ce', v1WorkItem(context(true), item, 'deleted', [], 'ce')[0]],
  ])('%s (data)', (name, notice) => {
    const ours = written(notice) as { data: unknown; action: string };
    const theirs = recorded(name) as { data: unknown; action: string };
    expect(outline(ours.data)).toEqual(outline(theirs.data));
    expect(ours.action).toBe(theirs.action);
  });

  it.each([
    ['v2-workitem-updated', false],
    ['v2-workitem-updated-enum-wart', true],
  ])('%s', (name, warts) => {
    const ours = written(v2WorkItem(context(warts), item, 'updated', [stateChange])) as {
      data: object;
      event: string;
    };
    const theirs = recorded(name) as { data: object; event: string };
    expect(outline(ours.data)).toEqual(outline(theirs.data));
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    expect(ours.event).toBe(theirs.event);
  });

  it('v2-workitem-deleted, with the complete last record', () => {
    const ours = written(v2WorkItem(context(), item, 'deleted', []));
    expect(ours).toMatchObject({ event: 'workitem.deleted', data: {}, previous_attributes: { id: item.id } });
  });
});

describe('an agent’s payload', () => {
  const run: AgentRun = {
    ...place,
    id: 'run',
    commentId: 'c',
    sourceCommentId: null,
    agentUserId: SAMPLE.botId,
    creatorId: SAMPLE.adminId,
    externalLink: null,
    startedAt: at,
    activities: [],
    transitions: [],
    status: 'created',
    updatedAt: at,
    longestSilenceMs: 0,
    endedAt: null,
    stoppedAt: null,
    stoppedBy: null,
    errorMetadata: null,
  };
  const prompt: RunActivity = {
    id: 'p',
    runId: 'run',
    type: 'prompt',
    content: { type: 'prompt', body: 'stop' },
    contentMetadata: null,
    signal: 'stop',
    signalMetadata: null,
    ephemeral: false,
    actorId: SAMPLE.adminId,
    commentId: null,
    createdAt: at,
    statusBefore: 'in_progress',
    statusAfter: 'stopping',
    supersededAt: null,
  };
  const about = { clientId: 'client-id', webhookId: SAMPLE.webhookId, actor: world.user(SAMPLE.adminId) };

  it.each([
    ['agent_run-created', agentRunCreated(run, about)],
    ['agent_run_activity-stop', agentRunPrompted(run, prompt, about)],
  ])('is outlined as %s', (name, notice) => {
    expect(outline(written(notice))).toEqual(outline(recorded(name)));
  });

  it('is wrapped like v1, with ids that are null although the run has them', () => {
    const options = { ...about, envelope: true, nulls: ['issue_id' as const] };
    expect(written(agentRunPrompted(run, prompt, options))).toMatchObject({
      event: 'agent_run_user_prompt',
      action: 'prompted',
      webhook_id: SAMPLE.webhookId,
      workspace_id: SAMPLE.workspaceId,
      data: { type: 'agent_run_activity', issue_id: null, project_id: item.projectId, agent_run: { issue: item.id } },
      activity: { actor: { id: SAMPLE.adminId }, field: null },
    });
  });
});
