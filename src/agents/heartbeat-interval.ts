import { type AgentsConfig } from '../config/areas/agents.config.js';

const PART = 5;

/** Parts of the time until a run is stale after which its heartbeat leaves fewer calls to others. */
export const URGENT_AFTER = 0.5;
/** Where calls are short, or the turn waits for a person, a heartbeat comes so late: after 4 minutes of 5. */
export const STRETCHED_AFTER = 0.75;
/** Without one by then, a run is about to be stale. */
export const LOST_AFTER = 0.95;

/** Seconds after an activity until the next heartbeat is due. */
export function heartbeatSecondsOf({ agentStaleSeconds }: AgentsConfig): number {
  return agentStaleSeconds / PART;
}
