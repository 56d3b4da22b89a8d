import { describe, expect, it } from '@jest/globals';
import { escapeControls } from './control-characters.js';

describe('control characters', () => {
  it.each([
    ['\u001b[31mred', String.raw`\u001b[31mred`],
    ['\u009b2J', String.raw`\u009b2J`],
    ['\u007f', String.raw`\u007f`],
    ['a\u202eb\u2066\u200f\u061c', String.raw`a\u202eb\u2066\u200f\u061c`],
    ['a\nb\tc\u2028', String.raw`a\u000ab\u0009c\u2028`],
    ['lone \ud800', String.raw`lone \ud800`],
    ['Straße 😀 日本', 'Straße 😀 日本'],
  ])('of %j are escaped as in JSON', (text, escaped) => {
    expect(escapeControls(text)).toBe(escaped);
  });

  it('stay where they are wanted', () => {
    expect(escapeControls('a\tb\n\r', '\t\n')).toBe('a\tb\n\\u000d');
  });
});
