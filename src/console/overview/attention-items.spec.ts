import { describe, expect, it } from '@jest/globals';
import { attentionItemsOf } from './attention-items.js';
import { type Overview } from './overview.js';

const LEVEL = {
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
  levels: [{ ...LEVEL, handler: 'A.run' }],
  silent: [],
  allSilent: false,
  oldestWaitingSeconds: 3,
  failed: [],
  workspaces: new Map(),
};

describe('what needs a person', () => {
  it('is nothing while all goes well', () => {
    expect(attentionItemsOf(QUIET)).toEqual([]);
  });

  it('names what failed first, and each with the place where it is mended', () => {
    const pause = { handler: 'B.run', pausedAt: new Date(0), pausedBy: 'ada', reason: 'a release' };
    const needs = attentionItemsOf({
      ...QUIET,
      levels: [
        { ...LEVEL, handler: 'B.run', pause },
        { ...LEVEL, handler: 'A.run', deadLetters: 2 },
        { ...LEVEL, handler: 'Gone.run', pattern: undefined, waiting: 1 },
      ],
      silent: ['acme'],
      oldestWaitingSeconds: 300,
    });
    expect(needs.map(({ text, path }) => [text, path])).toEqual([
      ['2 events failed for the last time at A.run', '/console/dead-letters?handler=A.run'],
      ['acme has sent nothing for far longer than usual', '/console/installations'],
      ['A job has waited 5 min at Gone.run and could be run', '/console/handlers'],
      ['1 job is kept for Gone.run, which this release does not have', '/console/handlers/Gone.run'],
      ['B.run is paused: a release', '/console/handlers/B.run'],
    ]);
  });
});
