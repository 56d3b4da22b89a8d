import { describe, expect, it } from '@jest/globals';
import { ownFramesOf, ownPlaceOf } from './own-frames.js';

const failed = (...frames: string[]): Error =>
  Object.assign(new Error('x'), { stack: ['Error: x', ...frames].join('\n') });
const inApp = (line: number): string => `    at async Ping.step${line} (file://${process.cwd()}/app/ping.ts:${line}:5)`;
const others = ['    at Axios.request (/a/node_modules/axios/lib/Axios.js:1:2)', '    at node:internal/timers:1:2'];

describe('the own lines of a stack', () => {
  it.each([
    ['a method', `    at Ping.pong (${process.cwd()}/app/ping.ts:12:5)`, 'Ping.pong (app/ping.ts:12:5)'],
    ['a file', `    at file://${process.cwd()}/app/ping.ts:12:5`, 'app/ping.ts:12:5'],
    ['after an await', inApp(12), 'Ping.step12 (app/ping.ts:12:5)'],
    ['in an async function', `    at async ${process.cwd()}/app/ping.ts:12:5`, 'app/ping.ts:12:5'],
    ['a constructor', `    at new Ping (${process.cwd()}/app/ping.ts:12:5)`, 'new Ping (app/ping.ts:12:5)'],
  ])('are those of %s', (_, frame, text) => {
    expect(ownFramesOf(failed(...others, frame))).toEqual([text]);
    expect(ownPlaceOf(failed(...others, frame))).toBe('app/ping.ts:12:5');
  });

  it('are the first five, each of limited length', () => {
    const lines = [1, 2, 3, 4, 5, 6].map(inApp);
    expect(ownFramesOf(failed(...lines))).toHaveLength(5);
    expect(ownFramesOf(failed(...lines))[0]).toBe('Ping.step1 (app/ping.ts:1:5)');
    expect(ownFramesOf(failed(`    at ${'x'.repeat(900)} (/app/a.ts:1:1)`))[0]).toHaveLength(300);
  });

  it('are those of the cause where the error has none', () => {
    const inHangar = failed(`    at run (${process.cwd()}/src/queue/queue-worker.ts:1:2)`);
    expect(ownFramesOf(Object.assign(inHangar, { cause: failed(inApp(3)) }))).toEqual(['Ping.step3 (app/ping.ts:3:5)']);
  });

  it('are none where Hangar alone failed, or no error was thrown', () => {
    expect(ownFramesOf(failed(`    at run (${process.cwd()}/src/queue/queue-worker.ts:1:2)`))).toEqual([]);
    expect(ownPlaceOf('text')).toBeUndefined();
    expect(ownPlaceOf(undefined)).toBeUndefined();
  });

  it('contain nothing of the message', () => {
    const message = `the token is secret\n    at Secret.token (/app/a.ts:1:1)\n`;
    expect(ownFramesOf(Object.assign(new Error(message), { stack: `Error: ${message}\n${inApp(1)}` }))).toEqual([
      'Ping.step1 (app/ping.ts:1:5)',
    ]);
  });
});
