import { type Settings } from '../settings.js';
import { type AgentRun, type RunStatus } from './world.types.js';

const MAY_GO_STALE = new Set<RunStatus>(['created', 'in_progress', 'stopping']);
const ENDED = new Set<RunStatus>(['completed', 'stopped', 'failed', 'stale']);
const AFTER: Record<string, RunStatus> = {
  thought: 'in_progress',
  action: 'in_progress',
  elicitation: 'awaiting',
  response: 'completed',
  error: 'failed',
};

/** The status after an activity of the app. Only a prompt starts a stopped run anew. */
export function statusAfterActivity(type: string, before: RunStatus): RunStatus {
  if (before === 'stopped') return before;
  if (before !== 'stopping') return AFTER[type] ?? before;
  return type === 'response' || type === 'error' ? 'stopped' : 'stopping';
}

/** The status after a user's prompt, from any status. */
export function statusAfterPrompt(signal: string): RunStatus {
  return signal === 'stop' ? 'stopping' : 'in_progress';
}

/** Whether a run in this status becomes stale without activities. */
export function mayGoStale(status: RunStatus): boolean {
  return MAY_GO_STALE.has(status);
}

/** When the run becomes stale without a further activity, or did so; `null` where its status excludes that. */
export function staleAt(run: AgentRun, { runStaleMs, agentTimeScale }: Settings): number | null {
  if (run.status === 'stale') return run.transitions.at(-1)?.at ?? run.updatedAt;
  return mayGoStale(run.status) ? run.updatedAt + runStaleMs * agentTimeScale : null;
}

/** Gives the run this status and records when. Does nothing where it has it already. */
export function changeStatus(run: AgentRun, status: RunStatus, at: number): void {
  if (run.status === status) return;
  run.status = status;
  run.transitions.push({ status, at });
  run.endedAt = ENDED.has(status) ? at : null;
  run.stoppedAt = status === 'stopped' ? at : null;
}
