import { describe, expect, it } from '@jest/globals';
import { malformed, MalformedPayloadError } from './malformed-payload.error.js';
import { parsePayload } from './payload-parser.js';

const parse = (text: string) => parsePayload(Buffer.from(text));
const nested = (levels: number) => '{"a":'.repeat(levels - 1) + '{}' + '}'.repeat(levels - 1);

function detailOf(body: Buffer): string {
  try {
    parsePayload(body);
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedPayloadError);
    expect(error).toMatchObject({ status: 400, code: 'malformed_payload' });
    return (error as MalformedPayloadError).detail;
  }
  throw new Error('accepted');
}

describe('parsePayload', () => {
  it('reads an object as Python writes it', () => {
    expect(parse('{"name": "Stra\\u00dfe \\ud83d\\ude00", "sort_order": 65535.0}')).toEqual({
      name: 'Straße 😀',
      sort_order: 65535,
    });
  });

  it.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), malformed.empty()],
    ['a lone byte', Buffer.from([0xff]), malformed.notUtf8()],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), malformed.notUtf8()],
    ['half a character', Buffer.from('{"a":"é"}').subarray(0, 7), malformed.notUtf8()],
    ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), malformed.notUtf8()],
    ['white space', Buffer.from('  \n'), malformed.notJson()],
    ['words', Buffer.from('sesame'), malformed.notJson()],
    ['a form', Buffer.from('payload=%7B%7D'), malformed.notJson()],
    ['a trailing comma', Buffer.from('{"a": 1,}'), malformed.notJson(8)],
    ['two objects', Buffer.from('{} {}'), malformed.notJson(3)],
    ['a cut object', Buffer.from('{"a": 1'), malformed.notJson(7)],
    ['a cut string', Buffer.from('{"a": "b'), malformed.notJson(8)],
    ['NaN', Buffer.from('{"a": NaN}'), malformed.notJson()],
    ['an array', Buffer.from('[]'), malformed.notAnObject('an array')],
    ['null', Buffer.from('null'), malformed.notAnObject('null')],
    ['a number', Buffer.from('1'), malformed.notAnObject('a number')],
    ['a text', Buffer.from('"{}"'), malformed.notAnObject('a string')],
    ['a boolean', Buffer.from('true'), malformed.notAnObject('a boolean')],
    ['600,001 values', Buffer.from(`{"x":[${'{},'.repeat(300_000)}{}]}`), malformed.tooMuch(200, 600_000, 900_003)],
    ['201 levels', Buffer.from(nested(201)), malformed.tooMuch(200, 600_000, 1000)],
  ])('rejects %s', (_, body, detail) => {
    expect(detailOf(body)).toBe(detail);
  });

  it('never repeats the payload in its messages', () => {
    for (const text of ['hunter2', '{"hunter2": hunter2}', '{"a": "hunter2" "hunter2"}', '"hunter2"'])
      expect(detailOf(Buffer.from(text))).not.toContain('hunter2');
  });

  it.each([10_000, 1_000_000])('rejects %d levels without a stack overflow', (levels) => {
    expect(detailOf(Buffer.from('['.repeat(levels)))).toBe(malformed.tooMuch(200, 600_000, 200));
    expect(detailOf(Buffer.from(nested(levels)))).toBe(malformed.tooMuch(200, 600_000, 1000));
    expect(detailOf(Buffer.from(`{"a":"\\"","b":${'['.repeat(levels)}`))).toContain('deeper than 200');
  });

  it('accepts 200 levels, and any number of brackets in a string', () => {
    expect(() => parse(nested(200))).not.toThrow();
    expect(parse(`{"a": "\\"${'['.repeat(1000)}\\\\", "b": {}}`)).toHaveProperty('b', {});
  });

  it('uses the last of two equal keys', () => {
    expect(parse('{"a": 1, "a": 2}')).toEqual({ a: 2 });
  });

  it('keeps special JavaScript keys harmless', () => {
    const payload = parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
    expect(Object.keys(payload)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
