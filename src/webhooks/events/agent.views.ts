import { projectIdOf } from './entity.views.js';
import { textOfHtml } from './html-text.js';
import { compact, fieldOf, idAt, isRecord, recordAt, textOf } from './payload-fields.js';
import {
  AGENT_RUN_STATUSES,
  type AgentRunStatus,
  type AgentRunView,
  type PlaneRecord,
  PROMPT_SIGNALS,
  type PromptSignal,
  type PromptView,
} from './plane-event.js';

const RUN = 'agent_run';
/** A body that an editor wrote: it begins with an element and ends with one. */
const MARKUP = /^\s*<[a-z][^]*>\s*$/i;

/** The run's status by Plane's word for it. */
function agentRunStatusOf(value: unknown): AgentRunStatus {
  return AGENT_RUN_STATUSES.find((status) => status === value) ?? 'unknown';
}

function signalOf(value: unknown): PromptSignal {
  return PROMPT_SIGNALS.find((signal) => signal === value) ?? 'continue';
}

function timeOf(value: unknown): Date | undefined {
  const time = new Date(textOf(value) ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function recordOf(value: unknown): PlaneRecord | undefined {
  return isRecord(value) ? value : undefined;
}

/**
 * The view of a run. The run is an object; where a prompt lacks it, the activity has its id. Plane sends the ids of the work
 * item, project and comment beside the run and in it; each may be null.
 */
export function agentRunOf(payload: PlaneRecord, activity: PlaneRecord): AgentRunView {
  const run = recordAt(payload, RUN);
  const time = (field: string) => timeOf(fieldOf(run, field));
  return compact({
    id: idAt(payload, RUN) ?? idAt(activity, RUN) ?? '',
    status: agentRunStatusOf(fieldOf(run, 'status')),
    type: textOf(fieldOf(run, 'type')),
    agentUserId: idAt(payload, 'agent_user_id') ?? idAt(run, 'agent_user'),
    creatorId: idAt(run, 'creator', 'created_by'),
    workItemId: idAt(payload, 'issue_id') ?? idAt(run, 'issue'),
    projectId: projectIdOf(payload) ?? projectIdOf(run),
    commentId: idAt(payload, 'comment_id') ?? idAt(run, 'comment'),
    sourceCommentId: idAt(run, 'source_comment'),
    startedAt: time('started_at'),
    endedAt: time('ended_at'),
    stoppedAt: time('stopped_at'),
    stoppedBy: idAt(run, 'stopped_by'),
    externalLink: textOf(fieldOf(run, 'external_link')),
    errorMetadata: recordOf(fieldOf(run, 'error_metadata')),
  });
}

/** The view of a prompt activity. */
export function promptOf(activity: PlaneRecord, id: string): PromptView {
  const body = textOf(fieldOf(recordAt(activity, 'content'), 'body')) ?? '';
  const html = MARKUP.test(body) ? body : undefined;
  return compact({
    id,
    text: html === undefined ? body : textOfHtml(html),
    html,
    signal: signalOf(fieldOf(activity, 'signal')),
    actorId: idAt(activity, 'actor'),
    signalMetadata: recordOf(fieldOf(activity, 'signal_metadata')),
    contentMetadata: recordOf(fieldOf(activity, 'content_metadata')),
    createdAt: timeOf(fieldOf(activity, 'created_at')),
  });
}
