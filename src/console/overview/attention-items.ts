import { totalJobs, type HandlerStats } from '../../webhooks/pauses/handler-stats.service.js';
import { handlerPath } from '../handlers/handlers.view.js';
import { countText } from '../parts/count-text.js';
import { durationText } from '../parts/duration.js';
import { linkOf } from '../parts/pages.view.js';
import { type Tone } from '../parts/status.view.js';
import { type Overview } from './overview.js';

/** Something that stays as it is until a person acts. */
export interface AttentionItem {
  readonly tone: Tone;
  /** One word: how urgent. */
  readonly kind: string;
  readonly text: string;
  /** Where it is mended, and what the way there is called. */
  readonly path: string;
  readonly way: string;
}

/** A job that could run and has not for so long waits for too few workers. */
const LONG_WAIT_SECONDS = 60;

/** What needs a person now, the most urgent first. */
export function attentionItemsOf(overview: Overview): AttentionItem[] {
  const { levels } = overview;
  return [
    ...levels.filter(({ deadLetters }) => deadLetters > 0).map(deadLetterNeed),
    ...tokenNeeds(overview),
    ...silenceNeeds(overview),
    ...waitingNeed(overview),
    ...levels.filter(({ pattern }) => pattern === undefined).map(orphanNeed),
    ...levels.filter(({ pause }) => pause !== null).map(pauseNeed),
    ...levels.filter(({ parked }) => parked > 0).map(parkedNeed),
  ];
}

function deadLetterNeed({ handler, deadLetters }: HandlerStats): AttentionItem {
  const text = `${countText(deadLetters, 'event')} failed for the last time at ${handler}`;
  const path = linkOf('/console/dead-letters', { handler });
  return { tone: 'bad', kind: 'Failed', text, path, way: 'Read why, and redrive' };
}

function tokenNeeds({ tokens }: Overview): AttentionItem[] {
  const { expired, needsConsent } = tokens;
  const needs: AttentionItem[] = [];
  if (expired > 0)
    needs.push({
      tone: 'bad',
      kind: 'Expired',
      text: `${countText(expired, 'live token has', 'live tokens have')} expired and could not be renewed`,
      path: '/console/tokens?state=live',
      way: 'Read why, and refresh',
    });
  if (needsConsent > 0)
    needs.push({
      tone: 'warn',
      kind: 'Consent',
      text: `${countText(needsConsent, 'token waits', 'tokens wait')} for a new consent of its owner`,
      path: '/console/tokens?state=needs_consent',
      way: 'See whose',
    });
  return needs;
}

function silenceNeeds({ silent, allSilent }: Overview): AttentionItem[] {
  const way = 'See where, and enable the webhook in Plane';
  const path = '/console/installations';
  if (allSilent)
    return [{ tone: 'bad', kind: 'Silent', text: 'No workspace sends anything any more', path, way }];
  return silent.map((workspace) => ({
    tone: 'warn',
    kind: 'Silent',
    text: `${workspace} has sent nothing for far longer than usual`,
    path,
    way,
  }));
}

function waitingNeed({ oldestWaitingSeconds, levels }: Overview): AttentionItem[] {
  if (oldestWaitingSeconds < LONG_WAIT_SECONDS) return [];
  const waiting = levels.filter((level) => level.waiting > 0 && !level.pause).map(({ handler }) => handler);
  const where = waiting.length === 1 ? ` at ${waiting[0]}` : '';
  const text = `A job has waited ${durationText(oldestWaitingSeconds)}${where} and could be run`;
  return [
    { tone: 'warn', kind: 'Waiting', text, path: '/console/handlers', way: 'See which handlers are behind' },
  ];
}

function orphanNeed(level: HandlerStats): AttentionItem {
  const { handler } = level;
  const text = `${countText(totalJobs(level), 'job is', 'jobs are')} kept for ${handler}, which this release does not have`;
  return { tone: 'warn', kind: 'Orphaned', text, path: handlerPath(handler), way: 'See what it holds' };
}

function pauseNeed({ handler, pause }: HandlerStats): AttentionItem {
  const reason = pause?.reason ? `: ${pause.reason}` : '';
  const text = `${handler} is paused${reason}`;
  return { tone: 'idle', kind: 'Paused', text, path: handlerPath(handler), way: 'Resume it' };
}

function parkedNeed({ handler, parked }: HandlerStats): AttentionItem {
  const text = `${countText(parked, 'event waits', 'events wait')} at ${handler} for a consent or an installation`;
  const path = linkOf('/console/deliveries', { state: 'parked', handler });
  return { tone: 'idle', kind: 'Parked', text, path, way: 'See which' };
}
