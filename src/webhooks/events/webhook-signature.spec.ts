import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { type SignedExample, signedExamples } from '../../../test/fixtures/recorded.js';
import { Secret } from '../../common/secret.js';
import { SigningSecret, verifySignature } from './webhook-signature.js';

const EXAMPLES = signedExamples();
const secretOf = (text: string) => new SigningSecret(new Secret(text), 'f');

describe.each(EXAMPLES)('the signature of $fixture', (example) => {
  const body = Buffer.from(example.body_base64, 'base64');
  const header = example['x-plane-signature'];
  const secret = secretOf(example.secret);

  it('is accepted', () => {
    expect(verifySignature(body, header, [secret])).toBe(secret);
  });

  it('is rejected when any one byte of the body is another', () => {
    const accepted = [...body.keys()].filter((index) => {
      const changed = Buffer.from(body);
      changed[index] = (changed[index] ?? 0) ^ 1;
      return verifySignature(changed, header, [secret]) !== undefined;
    });
    expect(accepted).toEqual([]);
  });

  it('is rejected when any one character of it is another', () => {
    const others = (digit: string) => ['0', 'f', 'G', ' ', '\n', 'é', digit.toUpperCase()].filter((c) => c !== digit);
    const changed = Array.from(header, (digit, index) =>
      others(digit).map((other) => header.slice(0, index) + other + header.slice(index + 1)),
    ).flat();
    expect(changed.filter((text) => verifySignature(body, text, [secret]) !== undefined)).toEqual([]);
  });
});

describe('verifySignature', () => {
  const [example] = EXAMPLES as [SignedExample];
  const body = Buffer.from(example.body_base64, 'base64');
  const header = example['x-plane-signature'];
  const right = secretOf(example.secret);
  const wrong = secretOf('plane_wh_wrong');

  it.each([
    undefined,
    '',
    header.slice(1),
    `${header}0`,
    `${header}\n`,
    ` ${header}`,
    header.toUpperCase(),
    `sha256=${header}`,
    `${header},${header}`,
    'z'.repeat(64),
    '\u{1F600}'.repeat(32),
    'a'.repeat(1_000_000),
  ])('rejects the header %#', (text) => {
    expect(verifySignature(body, text, [right])).toBeUndefined();
  });

  it('accepts any of several secrets, and returns which', () => {
    expect(verifySignature(body, header, [wrong, right])).toBe(right);
    expect(verifySignature(body, header, [right, wrong])).toBe(right);
    expect(verifySignature(body, header, [wrong])).toBeUndefined();
    expect(verifySignature(body, header, [])).toBeUndefined();
  });

  it('tries every secret even after one matched', () => {
    let tried = 0;
    class Counted extends SigningSecret {
      override sign(bytes: Buffer): Buffer {
        tried += 1;
        return super.sign(bytes);
      }
    }
    const counted = [example.secret, 'b', 'c'].map((text) => new Counted(new Secret(text), text));
    expect(verifySignature(body, header, counted)).toBe(counted[0]);
    expect(tried).toBe(3);
  });

  it('signs an empty body too', () => {
    expect(verifySignature(Buffer.alloc(0), right.sign(Buffer.alloc(0)).toString('hex'), [right])).toBe(right);
  });
});

describe('SigningSecret', () => {
  it('never shows the secret', () => {
    const secret = secretOf('hunter2');
    expect(inspect(secret, { showHidden: true, depth: 9 }) + JSON.stringify(secret)).not.toContain('hunter2');
  });

  it('rejects an empty secret', () => {
    expect(() => secretOf('')).toThrow('empty');
  });
});
