import { describe, expect, it } from '@jest/globals';
import { identifying } from './webhook.observer.js';

const DELIVERY = '3f2b8d1c-6a4e-4d0b-9b1e-5c7a9e2f4b60';

describe('what a log says of a webhook', () => {
  it.each(['issue', 'issue_comment', 'workitem.comment.created', 'agent_run'])('names the known event %s', (event) => {
    const headers = { 'x-plane-event': event, 'x-plane-delivery': DELIVERY };
    expect(identifying(headers)).toEqual({ event, delivery: DELIVERY });
  });

  it.each(['\u001b[2J', 'root logged in', 'x'.repeat(10_000), '__proto__'])('does not repeat %j', (text) => {
    expect(identifying({ 'x-plane-event': text, 'x-plane-delivery': text })).toEqual({ event: 'unknown' });
  });
});
