import { describe, expect, it } from '@jest/globals';
import { ownFrameOf } from './own-frame.js';

const failed = (...frames: string[]): Error =>
  Object.assign(new Error('x'), { stack: ['Error: x', ...frames].join('\n') });

describe('the first own line of a stack', () => {
  it.each([
    ['a method', `    at PingHandler.pong (${process.cwd()}/app/ping.handler.ts:12:5)`],
    ['a file', `    at file://${process.cwd()}/app/ping.handler.ts:12:5`],
    ['after an await', `    at async PingHandler.pong (file://${process.cwd()}/app/ping.handler.ts:12:5)`],
  ])('is that of %s', (_, frame) => {
    const others = ['    at Axios.request (/a/node_modules/axios/lib/Axios.js:1:2)', '    at node:internal/timers:1:2'];
    expect(ownFrameOf(failed(...others, frame))).toBe('app/ping.handler.ts:12:5');
  });

  it('is none where Hangar alone failed, or no error was thrown', () => {
    expect(ownFrameOf(failed(`    at run (${process.cwd()}/src/queue/queue-worker.ts:1:2)`))).toBeUndefined();
    expect(ownFrameOf('text')).toBeUndefined();
    expect(ownFrameOf(undefined)).toBeUndefined();
  });
});
