import { expect, it } from '@jest/globals';
import { postgresText } from './postgres-text.js';

it.each<[string, number | undefined, string]>([
  ['plain', undefined, 'plain'],
  ['a\0b\0', undefined, 'ab'],
  ['lone \ud800 surrogate', undefined, 'lone \ufffd surrogate'],
  ['abcdef', 3, 'abc'],
  ['\0abc', 3, 'abc'],
  ['ab\u{1F600}', 3, 'ab\ufffd'],
])('makes %j storable (at most %p)', (text, maxLength, expected) => {
  expect(postgresText(text, maxLength)).toBe(expected);
});
