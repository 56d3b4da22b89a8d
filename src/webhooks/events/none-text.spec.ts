import { describe, expect, it } from '@jest/globals';
import { withoutNoneText } from './none-text.js';

describe('withoutNoneText', () => {
  it.each([
    ['None', null],
    ['none', 'none'],
    [
      { point: 'None', priority: 'none' },
      { point: null, priority: 'none' },
    ],
    [
      { comment: { edited_at: 'None', list: ['None', { a: 'None' }] } },
      { comment: { edited_at: null, list: [null, { a: null }] } },
    ],
    [
      { name: 'None', title: 'None', comment_stripped: 'None' },
      { name: 'None', title: 'None', comment_stripped: 'None' },
    ],
    [{ description_json: { content: [{ text: 'None' }] } }, { description_json: { content: [{ text: 'None' }] } }],
    [{ state: { name: 'None', color: 'None' } }, { state: { name: 'None', color: null } }],
    [7, 7],
    [null, null],
  ])('turns %j into %j', (value, expected) => {
    expect(withoutNoneText(value)).toEqual(expected);
  });

  it('does not change its argument', () => {
    const value = { point: 'None' };
    withoutNoneText(value);
    expect(value).toEqual({ point: 'None' });
  });

  it('keeps a key named __proto__ a key', () => {
    const value = withoutNoneText(JSON.parse('{"__proto__": {"polluted": "None"}}'));
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
