import { STATE_TEXTS } from '../../installations/connection-state.js';
import { type CheckedConnection } from '../../installations/key-installations.service.js';
import { totalJobs, type HandlerStats } from '../../webhooks/pauses/handler-stats.service.js';
import { type TaskCount } from '../../tasks/task-pages.js';
import { handlerPath } from '../handlers/handlers.view.js';
import { countText, durationText } from '../parts/format.js';
import { linkOf } from '../parts/pages.view.js';
import { type Tone } from '../parts/status.view.js';
import { type Overview } from './overview.service.js';

/** A condition that lasts until an operator acts. */
export interface AttentionItem {
  readonly tone: Tone;
  /** The kind of condition, in one word. */
  readonly kind: string;
  readonly text: string;
  /** The page to act on, and the text of the link to it. */
  readonly path: string;
  readonly action: string;
}

/** A job that is ready for longer shows that there are too few workers. */
const LONG_WAIT_SECONDS = 60;

/** The attention items, the most urgent kinds first. */
export function attentionItemsOf(overview: Overview): AttentionItem[] {
  const { handlers } = overview;
  return [
    ...overview.connections.filter(({ state }) => state !== 'working').map(connectionItem),
    ...handlers.filter(({ deadLetters }) => deadLetters > 0).map(deadLetterItem),
    ...tokenItems(overview),
    ...silenceItems(overview),
    ...waitingItem(overview),
    ...handlers.filter(({ pattern }) => pattern === undefined).map(orphanItem),
    ...overview.orphanedTasks.map(orphanedTaskItem),
    ...handlers.filter(({ pause }) => pause !== null).map(pauseItem),
    ...handlers.filter(({ parked }) => parked > 0).map(parkedItem),
  ];
}

function connectionItem({ workspaceSlug, state }: CheckedConnection): AttentionItem {
  const text = `${workspaceSlug}: ${STATE_TEXTS[state]}`;
  return { tone: 'bad', kind: 'Connection', text, path: '/console/installations', action: 'Show what to do' };
}

function deadLetterItem({ handler, deadLetters }: HandlerStats): AttentionItem {
  const text = `${countText(deadLetters, 'dead letter')} of ${handler}`;
  const path = linkOf('/console/dead-letters', { handler });
  return { tone: 'bad', kind: 'Failed', text, path, action: 'Show errors and redrive' };
}

function tokenItems({ tokens }: Overview): AttentionItem[] {
  const { expired, needsConsent } = tokens;
  const items: AttentionItem[] = [];
  if (expired > 0)
    items.push({
      tone: 'bad',
      kind: 'Expired',
      text: `${countText(expired, 'live token has', 'live tokens have')} expired and could not be refreshed`,
      path: '/console/tokens?state=live',
      action: 'Show errors and refresh',
    });
  if (needsConsent > 0)
    items.push({
      tone: 'warn',
      kind: 'Consent',
      text: `${countText(needsConsent, 'token needs', 'tokens need')} a new consent of the owner`,
      path: '/console/tokens?state=needs_consent',
      action: 'Show tokens',
    });
  return items;
}

function silenceItems({ silent, allSilent }: Overview): AttentionItem[] {
  const action = 'Show workspaces, then enable the webhook in Plane';
  const path = '/console/installations';
  if (allSilent) return [{ tone: 'bad', kind: 'Silent', text: 'No workspace sends webhooks', path, action }];
  return silent.map((workspace) => ({
    tone: 'warn',
    kind: 'Silent',
    text: `${workspace} has sent no webhook for much longer than usual`,
    path,
    action,
  }));
}

function waitingItem({ oldestWaitingSeconds, handlers }: Overview): AttentionItem[] {
  if (oldestWaitingSeconds < LONG_WAIT_SECONDS) return [];
  const waiting = handlers.filter((each) => each.waiting > 0 && !each.pause).map(({ handler }) => handler);
  const where = waiting.length === 1 ? ` of ${waiting[0]}` : '';
  const text = `A job${where} has been ready for ${durationText(oldestWaitingSeconds)}`;
  return [{ tone: 'warn', kind: 'Waiting', text, path: '/console/handlers', action: 'Show handlers' }];
}

function orphanItem(stats: HandlerStats): AttentionItem {
  const { handler } = stats;
  const text = `${countText(totalJobs(stats), 'job')} of ${handler}, which is not in this release`;
  return { tone: 'warn', kind: 'Orphaned', text, path: handlerPath(handler), action: 'Show the handler' };
}

function orphanedTaskItem({ name, count }: TaskCount): AttentionItem {
  const text = `${countText(count, 'task')} “${name}”, for which this release has no method`;
  const path = linkOf('/console/tasks', { name, orphaned: 'yes' });
  return { tone: 'warn', kind: 'Orphaned', text, path, action: 'Show the tasks' };
}

function pauseItem({ handler, pause }: HandlerStats): AttentionItem {
  const reason = pause?.reason ? `: ${pause.reason}` : '';
  const text = `${handler} is paused${reason}`;
  return { tone: 'idle', kind: 'Paused', text, path: handlerPath(handler), action: 'Resume it' };
}

function parkedItem({ handler, parked }: HandlerStats): AttentionItem {
  const text = `${countText(parked, 'event')} of ${handler} parked until a consent, an installation or a working API key`;
  const path = linkOf('/console/deliveries', { state: 'parked', handler });
  return { tone: 'idle', kind: 'Parked', text, path, action: 'Show events' };
}
