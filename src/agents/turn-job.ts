import { type NewJob } from '../queue/queue.js';
import { type HandlerJob, orderingKeyOf } from '../webhooks/deliveries/job-plan.service.js';
import { handlerOptionsOf } from './agent-options.js';
import { type AgentRunEntity } from './agent-run.entity.js';
import { type Agent } from './agent.registry.js';

/** The job that runs the agent's method on the turn of a delivery, in the line of the turn's run. */
export function turnJobOf(
  { options }: Agent,
  { workspaceId, runId: entityId }: Pick<AgentRunEntity, 'workspaceId' | 'runId'>,
  deliveryId: string,
): NewJob {
  const data: HandlerJob = { deliveryId };
  const event = { workspaceId, entityId, workItemId: null, eventName: 'agent_run.prompted' };
  const orderingKey = orderingKeyOf(handlerOptionsOf(options), event);
  return { data, ...(orderingKey !== undefined && { orderingKey }) };
}
