import { createHash } from 'node:crypto';
import { actorOf, projectIdOf } from './entity.views.js';
import { canonicalEventName } from './event-table.js';
import { malformed, MalformedPayloadError } from './malformed-payload.error.js';
import { type Delivery, type NormalisedEvent } from './normalised-event.js';
import { compact, fieldOf, idAt, recordAt, requiredRecord, requiredText, textOf } from './payload-fields.js';
import {
  type AgentRunView,
  type CommentView,
  type PlaneRecord,
  type PromptView,
  type WorkItemView,
} from './plane-event.js';

const RUN = 'agent_run';
const ACTIVITY = 'agent_run_activity';

/** Whether a payload's `type` is one of an agent's. */
export function isAgentPayload(payload: PlaneRecord): boolean {
  const type = fieldOf(payload, 'type');
  return type === RUN || type === ACTIVITY;
}

function nameOf(payload: PlaneRecord): string {
  const type = requiredText(payload, 'type');
  const action = requiredText(payload, 'action').toLowerCase();
  if (type === ACTIVITY && action === 'prompted') return 'agent_run.prompted';
  return canonicalEventName(`${type}.${action}`) ?? `${type}.${action}`;
}

function requiredId(record: PlaneRecord, field: string): string {
  const id = idAt(recordAt(record, field), 'id');
  if (id === undefined) throw new MalformedPayloadError(malformed.wrongField(`${field}.id`, 'an id'));
  return id;
}

/** The run is an object; where a prompt lacks it, the activity has its id. */
function agentRunOf(payload: PlaneRecord, activity: PlaneRecord): AgentRunView {
  const status = textOf(fieldOf(recordAt(payload, RUN), 'status')) ?? 'unknown';
  return { id: idAt(payload, RUN) ?? idAt(activity, RUN) ?? '', status };
}

function promptOf(activity: PlaneRecord, id: string): PromptView {
  const body = textOf(fieldOf(recordAt(activity, 'content'), 'body')) ?? '';
  return { id, text: body, signal: textOf(fieldOf(activity, 'signal')) ?? 'continue' };
}

function workItemOfRun(payload: PlaneRecord, projectId: string | undefined): WorkItemView | undefined {
  const id = idAt(payload, 'issue_id') ?? idAt(recordAt(payload, RUN), 'issue');
  return id === undefined ? undefined : compact({ id, projectId });
}

/** Agent payloads have the id of the thread's comment, without its text. */
function commentOfRun(payload: PlaneRecord): CommentView | undefined {
  const id = idAt(payload, 'comment_id') ?? idAt(recordAt(payload, RUN), 'comment');
  return id === undefined ? undefined : { id, text: '' };
}

/** A run is created once and an activity prompted once. Unknown actions may repeat, so their id is the body's hash. */
function eventIdOf(name: string, entityId: string, body: Buffer): string {
  return canonicalEventName(name) === undefined ? createHash('sha256').update(body).digest('hex') : entityId;
}

/**
 * Normalises the payload of an agent's webhook. The id is that of the run (created) or of the activity (prompted).
 *
 * @throws {MalformedPayloadError} where `action`, `workspace_id`, the run or the activity is missing
 */
export function normaliseAgent({ body, payload }: Pick<Delivery, 'body' | 'payload'>): NormalisedEvent {
  const name = nameOf(payload);
  const prompted = name === 'agent_run.prompted';
  const entityType = prompted ? ACTIVITY : requiredText(payload, 'type');
  const entityId = requiredId(payload, entityType);
  const activity = recordAt(payload, ACTIVITY);
  const projectId = projectIdOf(payload) ?? projectIdOf(recordAt(payload, RUN));
  return {
    id: eventIdOf(name, entityId, body),
    name,
    workspaceId: requiredText(payload, 'workspace_id'),
    projectId,
    entityId,
    entityType,
    data: requiredRecord(payload, entityType),
    changes: {},
    actor: actorOf(fieldOf(activity, 'actor')),
    source: 'agent',
    views: compact({
      agentRun: agentRunOf(payload, activity),
      prompt: prompted ? promptOf(activity, entityId) : undefined,
      workItem: workItemOfRun(payload, projectId),
      comment: commentOfRun(payload),
    }),
  };
}
