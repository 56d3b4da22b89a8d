import { describe, expect, it } from '@jest/globals';
import { messagesBefore } from './agent-history.service.js';

const at = (second: number): string => `2026-01-15T10:30:0${second}Z`;
const activity = (id: string, type: string, second: number) => ({
  id,
  type,
  content: { body: id },
  created_at: at(second),
});

describe('the history of a thread', () => {
  const list = [
    activity('reply', 'prompt', 5),
    activity('answer', 'response', 3),
    activity('working', 'thought', 2),
    activity('question', 'prompt', 1),
    activity('which?', 'elicitation', 4),
    activity('later', 'prompt', 6),
  ];

  it('has the messages before the prompt, oldest first, without progress', () => {
    expect(messagesBefore(list, 'reply')).toEqual([
      { role: 'user', text: 'question', at: new Date(at(1)) },
      { role: 'agent', text: 'answer', at: new Date(at(3)) },
      { role: 'agent', text: 'which?', at: new Date(at(4)) },
    ]);
  });

  it('has all messages where the prompt is not in the list', () => {
    expect(messagesBefore(list, null)).toHaveLength(5);
    expect(messagesBefore(list, 'unknown')).toHaveLength(5);
  });
});
