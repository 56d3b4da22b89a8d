import { type HandlerLevelsService } from '../../webhooks/subscriptions/handler-levels.service.js';
import { bad, fine, type Finding } from './finding.js';

/** Whether every job has a handler in this release, and how many events failed for the last time. */
export async function checkHandlers(levels: HandlerLevelsService): Promise<Finding> {
  const check = 'handlers';
  const all = await levels.all();
  const letters = all.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const orphaned = all.filter(({ pattern }) => pattern === undefined).map(({ handler }) => handler);
  const summary = `${all.length - orphaned.length} handler(s), ${letters} dead letter(s)`;
  if (orphaned.length === 0) return fine(check, summary);
  return bad(
    check,
    `${summary}; events wait for ${orphaned.join(', ')}, which this release does not have`,
    'Bring it back, or give its events to another with "hangar deliveries replay --handler"; "hangar handlers" counts them',
  );
}
