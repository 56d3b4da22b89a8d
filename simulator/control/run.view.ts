import { type SimulatorContext } from '../simulator-context.js';
import { staleAt } from '../world/run-status.js';
import { type AgentRun } from '../world/world.types.js';

/** A run with all that happened to it, for tests. Times are milliseconds. */
export function runView({ world, settings }: SimulatorContext, run: AgentRun) {
  return {
    ...run,
    workspace: world.workspaceById(run.workspaceId).slug,
    staleAt: staleAt(run, settings),
    wasStale: run.transitions.some(({ status }) => status === 'stale'),
    activities: run.activities.map((activity) => ({
      ...activity,
      by: activity.type === 'prompt' ? 'user' : 'app',
      superseded: activity.supersededAt !== null,
    })),
  };
}
