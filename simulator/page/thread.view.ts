import { html, type Html } from '../../src/common/html.js';
import { type SimulatorContext } from '../simulator-context.js';
import { textOfHtml } from '../world/comment-text.js';
import { type AgentRun, type RunActivity, type User, type WorkItem } from '../world/world.types.js';
import { clockText } from './clock-text.js';

function initials({ firstName, lastName }: User): string {
  return `${firstName.slice(0, 1)}${lastName.slice(0, 1)}`;
}

/** The comments of a work item, oldest first. */
export function threadView({ world }: SimulatorContext, item: WorkItem): Html {
  const comments = world.commentsOf(item.id);
  if (comments.length === 0) return html`<p class="empty">No comments yet.</p>`;
  return html`<ol class="plain thread">${comments.map((comment) => {
    const author = world.user(comment.actorId);
    return html`<li class="${author.role}"><span class="avatar" aria-hidden="true">${initials(author)}</span>
<div><span class="who"><strong>${author.firstName} ${author.lastName}</strong>
${author.role === 'bot' && html`<span class="badge">app</span>`} <time>${clockText(comment.createdAt)}</time></span>
<p class="said">${textOfHtml(comment.html)}</p></div></li>`;
  })}</ol>`;
}

function said({ content }: RunActivity): string {
  if ('body' in content) return content.body;
  const parameters = Object.entries(content.parameters).map(([name, value]) => `${name}: ${value}`);
  return `${content.action} (${parameters.join(', ')})`;
}

function runView(run: AgentRun): Html {
  return html`<li><span class="badge">${run.status}</span> since ${clockText(run.startedAt)}
<ol class="plain activities">${run.activities.map(
    (
      activity,
    ) => html`<li class="${activity.ephemeral ? 'ephemeral' : ''}"><span class="kind">${activity.type}</span> ${said(activity)}
${activity.signal !== 'continue' && html`<span class="badge">${activity.signal}</span>`}</li>`,
  )}</ol></li>`;
}

/** The runs of the app as an agent on a work item, newest first. */
export function runsView({ world, runs }: SimulatorContext, item: WorkItem): Html {
  const mine = [...world.runs.values()].filter((run) => run.workItemId === item.id).map((run) => runs.current(run));
  if (mine.length === 0) return html`<p class="empty">No runs yet.</p>`;
  return html`<ol class="plain runs">${mine.toReversed().map(runView)}</ol>`;
}
