import { describe, expect, it } from '@jest/globals';
import { WorkspaceSlugs } from '../../installations/workspace-slugs.js';
import { attentionItemsOf } from './attention-items.js';
import { type Overview } from './overview.service.js';

const STATS = {
  waiting: 0,
  delayed: 0,
  active: 0,
  blocked: 0,
  parked: 0,
  deadLetters: 0,
  pattern: '**',
  pause: null,
};
const QUIET: Overview = {
  now: new Date(0),
  minutes: [],
  tokens: { live: 1, expired: 0, needsConsent: 0, revoked: 0, soonestExpiryInSeconds: 60 },
  handlers: [{ ...STATS, handler: 'A.run' }],
  silent: [],
  allSilent: false,
  oldestWaitingSeconds: 3,
  failed: [],
  workspaces: new WorkspaceSlugs([]),
  connectionIds: ['default'],
  orphanedTasks: [],
  connections: [],
};

describe('attention items', () => {
  it('are empty without problems', () => {
    expect(attentionItemsOf(QUIET)).toEqual([]);
  });

  it('start with failures and link to the page to act on', () => {
    const pause = { handler: 'B.run', pausedAt: new Date(0), pausedBy: 'ada', reason: 'a release' };
    const items = attentionItemsOf({
      ...QUIET,
      handlers: [
        { ...STATS, handler: 'B.run', pause },
        { ...STATS, handler: 'A.run', deadLetters: 2 },
        { ...STATS, handler: 'Gone.run', pattern: undefined, waiting: 1 },
      ],
      silent: ['acme'],
      oldestWaitingSeconds: 300,
      orphanedTasks: [{ name: 'remind', state: 'waiting', count: 2 }],
    });
    expect(items.map(({ text, path }) => [text, path])).toEqual([
      ['2 dead letters of A.run', '/console/dead-letters?handler=A.run'],
      ['acme has sent no webhook for much longer than usual', '/console/installations'],
      ['A job of Gone.run has been ready for 5 min', '/console/handlers'],
      ['1 job of Gone.run, which is not in this release', '/console/handlers/Gone.run'],
      ['2 tasks “remind”, for which this release has no method', '/console/tasks?name=remind&orphaned=yes'],
      ['B.run is paused: a release', '/console/handlers/B.run'],
    ]);
  });
});
