import { describe, expect, it } from '@jest/globals';
import { trimmed } from './trimmed.js';

describe('a configured text', () => {
  it.each([
    '\uFEFFvalue',
    'value\r\n',
    ' \t value \n\n',
    '\u00A0value\u200B',
    '"value"',
    "'value'",
    '“value”',
    '\uFEFF "value" \r\n',
    '" value "',
  ])('%j is used without what surrounds it', (text) => {
    expect(trimmed(text)).toBe('value');
  });

  it.each(['"value', 'value"', "it's", '"a","b"', '"', 'a b', '{"a": "b"}'])('%j stays as it is', (text) => {
    expect(trimmed(text)).toBe(text);
  });

  it.each(['', ' ', '\uFEFF\r\n', '""'])('%j is empty', (text) => {
    expect(trimmed(text)).toBe('');
  });
});
