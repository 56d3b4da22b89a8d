import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hashOf } from './audit-hash.js';
import { type AuditRecord, CHAIN_START } from './audit-record.js';
import { canonicalJson } from '../common/canonical-json.js';

const ENTRY: Omit<AuditRecord, 'hash'> = {
  seq: 1,
  at: new Date('2026-01-31T09:00:00Z'),
  by: { kind: 'person', id: 'u-1', name: 'Zoë', from: '192.0.2.7' },
  action: 'token.revoke',
  target: 'token/1',
  outcome: 'done',
  details: { b: 2, a: [1.5, null] },
  previous: CHAIN_START.hash,
};

describe('canonical JSON', () => {
  it('is that of RFC 8785, section 3.2.2', () => {
    const input = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false] }`;
    expect(canonicalJson(JSON.parse(input))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts names by their UTF-16 units (section 3.2.3)', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = Object.keys(JSON.parse(canonicalJson(Object.fromEntries(names.map((n) => [n, 0])))) as object);
    expect(sorted).toEqual(['1', '\r', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']);
  });
});

describe('the hash of an entry', () => {
  it('is what an auditor computes of its line', () => {
    const text =
      '{"action":"token.revoke","at":"2026-01-31T09:00:00.000Z","by":{"from":"192.0.2.7","id":"u-1","kind":"person","name":"Zoë"},' +
      `"details":{"a":[1.5,null],"b":2},"outcome":"done","previous":"${'0'.repeat(64)}","seq":1,"target":"token/1"}`;
    expect(hashOf(ENTRY)).toBe(createHash('sha256').update(text).digest('hex'));
    expect(hashOf({ ...ENTRY, hash: 'whatever' })).toBe(hashOf(ENTRY));
  });

  it.each([
    ['seq', { seq: 2 }],
    ['at, by a millisecond', { at: new Date('2026-01-31T09:00:00.001Z') }],
    ['kind', { by: { ...ENTRY.by, kind: 'machine' } }],
    ['name left out', { by: { kind: 'person', id: 'u-1', from: '192.0.2.7' } }],
    ['name and from swapped', { by: { ...ENTRY.by, name: '192.0.2.7', from: 'Zoë' } }],
    ['action', { action: 'token.refresh' }],
    ['target left out', { target: undefined }],
    ['outcome', { outcome: 'failed' }],
    ['details', { details: { a: [1.5, null], b: '2' } }],
    ['previous', { previous: '1'.repeat(64) }],
    ['a time that is none', { at: new Date(Number.NaN) }],
  ] as const)('is another with another %s', (_, change) => {
    expect(hashOf({ ...ENTRY, ...change })).not.toBe(hashOf(ENTRY));
  });
});
