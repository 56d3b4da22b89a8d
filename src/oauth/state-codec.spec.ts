import { describe, expect, it } from '@jest/globals';
import { Secret } from '../common/secret.js';
import { StateCodec } from './state-codec.js';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

const key = (byte: number): { kid: string; key: Secret } => ({
  kid: `key-${byte}`,
  key: new Secret(Buffer.alloc(32, byte).toString('base64')),
});
const codecOf = (...bytes: number[]): StateCodec => new StateCodec({ encryptionKeys: bytes.map(key) });

describe('a state', () => {
  const codec = codecOf(1);

  it.each(['bot', 'user'] as const)('names the flow %s, and expires after 30 minutes', (flow) => {
    const state = codec.issue(flow, NOW);
    expect(state).toMatch(/^[\w-]{43}$/);
    expect(codec.read(state, NOW + 29 * MINUTE_MS)).toEqual({ flow, expired: false });
    expect(codec.read(state, NOW + 30 * MINUTE_MS)).toEqual({ flow, expired: true });
  });

  it('is different each time', () => {
    expect(codec.issue('bot', NOW)).not.toBe(codec.issue('bot', NOW));
  });

  it('is not accepted if any character of it was changed, also one that decodes to the same bytes', () => {
    const state = codec.issue('bot', NOW);
    const changed = Array.from({ length: state.length }).flatMap((_, at) =>
      ['A', 'B', '_'].map((other) => state.slice(0, at) + other + state.slice(at + 1)),
    );
    const accepted = changed.filter((each) => each !== state && codec.read(each, NOW));
    expect(accepted).toEqual([]);
  });

  it.each(['', 'made-up', 'A'.repeat(43), 'A'.repeat(44), '\0'])('is not %j', (state) => {
    expect(codec.read(state, NOW)).toBeUndefined();
  });

  it('is accepted after a rotation while its key is configured', () => {
    const state = codec.issue('bot', NOW);
    expect(codecOf(2, 1).read(state, NOW)).toEqual({ flow: 'bot', expired: false });
    expect(codecOf(2).read(state, NOW)).toBeUndefined();
  });
});
