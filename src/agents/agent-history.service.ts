import { Injectable } from '@nestjs/common';
import { AgentPlaneService, type ListedActivity } from './agent-plane.service.js';
import { type AgentMessage } from './agent-session.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';

const CALLS = { priority: 'handler' } as const;
const ROLES: ReadonlyMap<string, AgentMessage['role']> = new Map([
  ['prompt', 'user'],
  ['response', 'agent'],
  ['elicitation', 'agent'],
]);

/** Reads the messages of a thread from Plane. */
@Injectable()
export class AgentHistoryService {
  constructor(private readonly plane: AgentPlaneService) {}

  /** The messages before the turn's prompt, oldest first. */
  async before({ run, promptId }: AgentTurnEntity): Promise<AgentMessage[]> {
    const activities: ListedActivity[] = [];
    for await (const page of this.plane.activities(run, CALLS)) activities.push(...page);
    return messagesBefore(activities, promptId);
  }
}

/** Prompts, responses and questions, oldest first, up to the prompt with that id. */
export function messagesBefore(activities: readonly ListedActivity[], promptId: string | null): AgentMessage[] {
  const ordered = activities.toSorted((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  const end = promptId === null ? -1 : ordered.findIndex(({ id }) => id === promptId);
  return ordered.slice(0, end === -1 ? undefined : end).flatMap(({ type, content, created_at }) => {
    const role = ROLES.get(type);
    return role ? [{ role, text: content?.body ?? '', at: new Date(created_at) }] : [];
  });
}
