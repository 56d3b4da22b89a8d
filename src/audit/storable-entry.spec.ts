import { describe, expect, it } from '@jest/globals';
import { Secret } from '../common/secret.js';
import { type AuditEntry } from './audit-entry.js';
import { storableEntry } from './storable-entry.js';

const BY = { kind: 'anonymous', id: '-' } as const;
const stored = (details: AuditEntry['details'], target?: string) =>
  storableEntry({
    by: BY,
    action: 'access.refused',
    outcome: 'refused',
    details,
    ...(target !== undefined && { target }),
  });

describe('a stored entry', () => {
  it.each([
    ['a Secret', { given: new Secret('hush') }],
    ['a text of a secret name', { clientSecret: 'hush' }],
    ['a text of a secret name, deep', { headers: [{ Authorization: 'hush' }, { 'set-cookie': 'hush' }] }],
    ['a JWT in a text', { reason: 'cannot read eyJhbGciOiJub25lIn0.hush.' }],
    ['a bearer’s credential', { reason: 'header was Bearer hush' }],
    ['an address with a password', { url: 'postgres://hangar:hush@db/hangar' }],
  ])('redacts %s', (_, details) => {
    expect(JSON.stringify(stored(details))).not.toContain('hush');
    expect(JSON.stringify(stored(details))).toContain('[secret]');
  });

  it('keeps counts, lists and values that are not secret', () => {
    const details = { tokens: 3, secretsSet: ['PLANE_CLIENT_SECRET'], fingerprint: 'abcdef01', to: null };
    expect(stored(details).details).toEqual(details);
  });

  it('is not changed by PostgreSQL’s JSON', () => {
    const details = { 'a\0': 'b\0\ud800', at: new Date(0), big: 10n, gone: undefined, nan: Number.NaN };
    expect(stored(details).details).toEqual({
      'a\uFFFD': 'b\uFFFD\uFFFD',
      at: '1970-01-01T00:00:00.000Z',
      big: '10',
      nan: null,
    });
  });

  it('is limited in length and depth', () => {
    expect(stored({}, 'x'.repeat(10_000)).target).toHaveLength(500);
    expect(stored({ text: 'x'.repeat(10_000) }).details['text']).toHaveLength(2000);
    let deep = {};
    for (let n = 0; n < 100; n += 1) deep = { in: deep };
    expect(JSON.stringify(stored(deep).details)).toContain('…');
  });
});
