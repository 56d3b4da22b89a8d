import { createHash } from 'node:crypto';
import { actorOf } from './entity.views.js';
import { canonicalEventName } from './event-table.js';
import { malformed, MalformedPayloadError } from './malformed-payload.error.js';
import { type Delivery, type NormalisedEvent } from './normalised-event.js';
import { compact, fieldOf, idAt, isRecord, recordAt, requiredRecord, requiredText, textOf } from './payload-fields.js';
import { agentRunOf, promptOf } from './agent.views.js';
import { type CommentView, type WorkItemView } from './entity-view.types.js';
import { type PlaneRecord } from './plane-event.js';

const RUN = 'agent_run';
const ACTIVITY = 'agent_run_activity';

/** Plane's names of an agent's webhooks, where they are wrapped in an envelope, and what they have in the flat body. */
const ENVELOPES: ReadonlyMap<string, readonly [type: string, action: string]> = new Map([
  ['agent_run_create', [RUN, 'created']],
  ['agent_run_user_prompt', [ACTIVITY, 'prompted']],
]);
const FAMILIES: ReadonlySet<unknown> = new Set([RUN, ACTIVITY, ...ENVELOPES.keys()]);
/** An envelope may have the action in the imperative, as those of the community edition do. */
const COMMANDS: Readonly<Record<string, string>> = { create: 'created', prompt: 'prompted' };

/** Whether a payload is one of an agent's: by its `type`, or as `{event, action, workspace_id, data}`. */
export function isAgentPayload(payload: PlaneRecord): boolean {
  const type = fieldOf(payload, 'type');
  if (type === RUN || type === ACTIVITY) return true;
  return FAMILIES.has(fieldOf(payload, 'event')) && isRecord(fieldOf(payload, 'data'));
}

/** The flat body; of an envelope, what is in its `data`, whose entity may be the data itself. */
function flatBody(payload: PlaneRecord): PlaneRecord {
  const { data } = payload;
  if (Object.hasOwn(payload, 'type') || !isRecord(data)) return payload;
  const event = requiredText(payload, 'event');
  const [type, action] = ENVELOPES.get(event) ?? [event, requiredText(payload, 'action')];
  const ofType = textOf(fieldOf(data, 'type'));
  const isWrapped = ofType === RUN || ofType === ACTIVITY || isRecord(fieldOf(data, type));
  const entity = isWrapped ? data : { [type]: data, ...idsOf(data) };
  const outside = { workspace_id: fieldOf(payload, 'workspace_id') };
  return { ...outside, ...entity, type: isWrapped && ofType !== undefined ? ofType : type, action };
}

/** The ids beside the entity in the flat body, from the entity. */
function idsOf(entity: PlaneRecord): PlaneRecord {
  return compact({
    [RUN]: fieldOf(entity, RUN),
    workspace_id: idAt(entity, 'workspace', 'workspace_id'),
    project_id: idAt(entity, 'project', 'project_id'),
  });
}

function nameOf(payload: PlaneRecord): string {
  const type = requiredText(payload, 'type');
  const given = requiredText(payload, 'action').toLowerCase();
  const action = COMMANDS[given] ?? given;
  if (type === ACTIVITY && action === 'prompted') return 'agent_run.prompted';
  return canonicalEventName(`${type}.${action}`) ?? `${type}.${action}`;
}

function requiredId(record: PlaneRecord, field: string): string {
  const id = idAt(recordAt(record, field), 'id');
  if (id === undefined) throw new MalformedPayloadError(malformed.wrongField(`${field}.id`, 'an id'));
  return id;
}

function workItemOfRun(id: string | undefined, projectId: string | undefined): WorkItemView | undefined {
  return id === undefined ? undefined : compact({ id, projectId });
}

/** Agent payloads have the id of the thread's comment, without its text. */
function commentOfRun(id: string | undefined): CommentView | undefined {
  return id === undefined ? undefined : { id, text: '' };
}

/** A run is created once and an activity prompted once. Unknown actions may repeat, so their id is the body's hash. */
function eventIdOf(name: string, entityId: string, body: Buffer): string {
  return canonicalEventName(name) === undefined ? createHash('sha256').update(body).digest('hex') : entityId;
}

/**
 * Normalises the payload of an agent's webhook, flat or in an envelope. The id is that of the run (created) or of the
 * activity (prompted).
 *
 * @throws {MalformedPayloadError} where `action`, `workspace_id`, the run or the activity is missing
 */
export function normaliseAgent({ body, payload: received }: Pick<Delivery, 'body' | 'payload'>): NormalisedEvent {
  const payload = flatBody(received);
  const name = nameOf(payload);
  const prompted = name === 'agent_run.prompted';
  const entityType = prompted ? ACTIVITY : requiredText(payload, 'type');
  const entityId = requiredId(payload, entityType);
  const activity = recordAt(payload, ACTIVITY);
  const run = agentRunOf(payload, activity);
  return {
    id: eventIdOf(name, entityId, body),
    name,
    workspaceId: requiredText(payload, 'workspace_id'),
    projectId: run.projectId,
    entityId,
    entityType,
    data: requiredRecord(payload, entityType),
    changes: {},
    actor: actorOf(fieldOf(activity, 'actor')),
    source: 'agent',
    views: compact({
      agentRun: run,
      prompt: prompted ? promptOf(activity, entityId) : undefined,
      workItem: workItemOfRun(run.workItemId, run.projectId),
      comment: commentOfRun(run.commentId),
    }),
  };
}
