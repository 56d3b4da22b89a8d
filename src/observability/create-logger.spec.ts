import { describe, expect, it } from '@jest/globals';
import { escapedLine, escapedTwice } from './create-logger.js';

const HOSTILE = '\u001B[2J \u009B31m \u007F \u202E \u2066 \u2028 \r end';
const RAW = /(?!\n)[\p{Cc}\u2028\u202E\u2066]/u;

describe('a line of the log', () => {
  const line = `${JSON.stringify({ msg: HOSTILE, [HOSTILE]: [HOSTILE], path: 'C:\\u001b', quote: '"' })}\n`;

  it('has no raw control characters, and the same content', () => {
    const written = escapedLine(line);
    expect(written).not.toMatch(RAW);
    expect(written.endsWith('\n')).toBe(true);
    expect(JSON.parse(written)).toEqual(JSON.parse(line));
  });

  it('has none either once it is decoded for a terminal', () => {
    const shown = JSON.parse(escapedTwice(line)) as Record<string, string>;
    for (const text of [...Object.keys(shown), shown['msg'] ?? '']) expect(text).not.toMatch(RAW);
    expect(shown['msg']).toContain(String.raw`\u001b[2J \u009b31m \u007f \u202e \u2066 \u2028 \r end`);
    expect([shown['path'], shown['quote']]).toEqual(['C:\\u001b', '"']);
  });

  it('keeps line breaks of stack traces on a terminal', () => {
    const shown = JSON.parse(escapedTwice(JSON.stringify({ stack: 'Error\n\tat x' }))) as { stack: string };
    expect(shown.stack).toBe('Error\n\tat x');
  });
});
