import { describe, expect, it } from '@jest/globals';
import { scanWorkspaceIds } from '../events/workspace-id-scan.js';
import { jsonBody, jsonStart } from './form-body.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const idsIn = (form: string): string[] => [...scanWorkspaceIds(jsonStart(Buffer.from(form), FORM))];

describe('a form-encoded webhook', () => {
  it('names its workspace in the field payload', () => {
    const payload = JSON.stringify({ event: 'issue', workspace_id: 'w-1' });
    expect(idsIn(new URLSearchParams({ payload }).toString())).toEqual(['w-1']);
  });

  it('names its workspace in a field of its own', () => {
    expect(idsIn('event=issue&workspace_id=w-1&data=%7B%7D')).toEqual(['w-1']);
  });

  it('is read as an object of its fields', () => {
    const json = jsonBody(Buffer.from('event=issue&workspace_id=w-1&data=%7B%22id%22%3A%22i%22%7D'), FORM);
    expect(JSON.parse(json.toString())).toEqual({ event: 'issue', workspace_id: 'w-1', data: { id: 'i' } });
  });

  it('is read in linear time: only its first thousand fields count', () => {
    const json = jsonBody(Buffer.from(`workspace_id=w-1${'&a'.repeat(1_000_000)}&late=1`), FORM);
    expect(JSON.parse(json.toString())).toEqual({ workspace_id: 'w-1', a: '' });
  });

  it('counts the first payload, and the last of other fields that it repeats', () => {
    expect(jsonBody(Buffer.from('payload={"a":1}&payload={"b":2}'), FORM).toString()).toBe('{"a":1}');
    expect(jsonBody(Buffer.from('event=issue&event=cycle'), FORM).toString()).toBe('{"event":"cycle"}');
  });
});
