import { html, type Html } from '../../src/common/html.js';
import { type SimulatorContext } from '../simulator-context.js';
import { textWithMentions } from '../world/comment-text.js';
import { type User, type WorkItem } from '../world/world.types.js';
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
    return html`<li class="${author.role}${comment.parentId !== null && ' reply'}"><span class="avatar" aria-hidden="true">${initials(author)}</span>
<div><span class="who"><strong>${author.firstName} ${author.lastName}</strong>
${author.role === 'bot' && html`<span class="badge">app</span>`} <time>${clockText(comment.createdAt)}</time></span>
<p class="said">${textWithMentions(comment.html, world.users)}</p></div></li>`;
  })}</ol>`;
}
