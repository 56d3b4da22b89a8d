import { type NewJob } from '../queue/queue.js';
import { type HandlerJob, orderingKeyOf } from '../webhooks/deliveries/job-plan.service.js';
import { handlerOptionsOf } from './agent-options.js';
import { type RunOfPlane } from './agent-runs.repository.js';
import { type Agent } from './agent.registry.js';

/** The job that runs the agent's method on the turn of a delivery, in the line of the turn's run. */
export function turnJobOf(
  { options }: Agent,
  { connectionId, workspaceId, runId: entityId }: RunOfPlane,
  deliveryId: string,
): NewJob {
  const data: HandlerJob = { deliveryId };
  const event = { connectionId, workspaceId, entityId, workItemId: null, eventName: 'agent_run.prompted' };
  const orderingKey = orderingKeyOf(handlerOptionsOf(options), event);
  return { data, ...(orderingKey !== undefined && { orderingKey }) };
}
