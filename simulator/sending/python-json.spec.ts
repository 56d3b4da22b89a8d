import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parsePythonJson, pythonJson, PythonFloat } from './python-json.js';
import { planeSignature } from './signature.js';

const FIXTURES = new URL('../../test/fixtures/', import.meta.url);
const read = (name: string) => readFileSync(new URL(`${name}.json`, FIXTURES), 'utf8');

interface Signed {
  fixture: string;
  secret: string;
  body_base64: string;
  'x-plane-signature': string;
}
const signed = JSON.parse(read('signed')) as Signed[];

describe('a recorded body', () => {
  it.each(signed)('$fixture is written byte for byte and signed alike', (example) => {
    const body = Buffer.from(pythonJson(parsePythonJson(read(example.fixture))));
    expect(body.toString()).toBe(Buffer.from(example.body_base64, 'base64').toString());
    expect(planeSignature(example.secret, body)).toBe(example['x-plane-signature']);
  });
});

describe('pythonJson', () => {
  it.each([
    [new PythonFloat(65535), '65535.0'],
    [new PythonFloat(0.1), '0.1'],
    [new PythonFloat(-0), '-0.0'],
    [new PythonFloat(1e15), '1000000000000000.0'],
    [new PythonFloat(1e16), '1e+16'],
    [new PythonFloat(1.5e300), '1.5e+300'],
    [new PythonFloat(0.0001), '0.0001'],
    [new PythonFloat(0.00001), '1e-05'],
    [2.5, '2.5'],
    [75535, '75535'],
    [12345678901234567890n, '12345678901234567890'],
    ['"\\\n\t\b\f\r\u0001/\u007f', '"\\"\\\\\\n\\t\\b\\f\\r\\u0001/\\u007f"'],
    ['ß 😀', '"\\u00df \\ud83d\\ude00"'],
    [[], '[]'],
    [{}, '{}'],
    [{ a: [1, null], b: undefined, c: { d: true } }, '{"a": [1, null], "c": {"d": true}}'],
  ])('writes %p as Python does', (value, text) => {
    expect(pythonJson(value)).toBe(text);
  });

  it('preserves floats and big integers when parsing', () => {
    const text = '{"a": 1.0, "b": 1, "c": [2.50], "d": 12345678901234567890}';
    expect(pythonJson(parsePythonJson(text))).toBe(text.replace('2.50', '2.5'));
  });
});
