import { describe, expect, it } from '@jest/globals';
import { scanWorkspaceIds } from './workspace-id-scan.js';

const scan = (text: string): string[] => [...scanWorkspaceIds(Buffer.from(text))];

describe('scanWorkspaceIds', () => {
  it.each<[string, string[]]>([
    ['{"workspace_id":"a"}', ['a']],
    ['{"workspace_id" :\n "a", "data": {"workspace_id": "b"}}', ['a', 'b']],
    ['{"workspace_id": "a", "data": {"workspace_id": "a"}}', ['a']],
    ['{"workspace_id": 7}', []],
    ['{"text": "workspace_id"}', []],
    ['{"workspace_id"', []],
    ['', []],
  ])('finds in %s %j', (text, ids) => {
    expect(scan(text)).toEqual(ids);
  });

  it('examines a bounded number, from both ends', () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => `"workspace_id":"${index}"`);
    const found = scan(`{${ids.join(',')}}`);
    expect(found).toHaveLength(32);
    expect(found).toEqual(expect.arrayContaining(['0', '15', '99984', '99999']));
  });
});
