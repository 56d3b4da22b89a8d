import { describe, expect, it } from '@jest/globals';
import { CallLog } from './call-log.js';

const BOT = { kind: 'bot', userId: 'b', workspaceId: 'w', scope: 'read' } as const;

describe('CallLog', () => {
  it('keeps the most calls of a token in any 60 seconds, also across the turn of a minute', () => {
    let now = 0;
    const log = new CallLog(() => now);
    const call = (atSeconds: number, token = 'secret') => {
      now = atSeconds * 1_000;
      log.count(token, BOT);
    };
    for (const at of [0, 58, 59, 60, 61]) call(at);
    call(119.5);
    call(200);
    call(200, 'other');
    log.countRefusal('secret');
    expect(log.toJSON()).toEqual([
      expect.objectContaining({ workspaceId: 'w', calls: 7, peakPerMinute: 4, refused: 1 }),
      expect.objectContaining({ calls: 1, peakPerMinute: 1, refused: 0 }),
    ]);
    expect(JSON.stringify(log)).not.toContain('secret');
  });
});
