import { Injectable } from '@nestjs/common';
import { type NewJob } from '../../queue/queue.js';
import { type HandlerJob } from './handler.job.js';
import { type Handler } from '../discovery/handler.js';
import { priorityOf, type ResolvedHandlerOptions } from '../discovery/handler-options.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';
import { type NewDelivery } from './delivery-row.js';
import { type ListedDelivery } from './delivery-filter.js';
import { WorkspaceFairness } from './workspace-fairness.service.js';

/** A step of an author's priority outweighs every storm. */
const STEPS_A_PRIORITY = 16;

/** A handler and its job. */
export type PlannedJob = readonly [handlerId: string, job: NewJob];

/** Knows which jobs a delivery makes. */
@Injectable()
export class JobPlanService {
  constructor(
    private readonly registry: HandlerRegistry,
    private readonly storms: WorkspaceFairness,
  ) {}

  /** One for every handler that wants the event. */
  jobsOf({ row, event, within }: NewDelivery): PlannedJob[] {
    const handlers = this.registry.matching(row.eventName);
    if (handlers.length === 0) return [];
    const stepsBack = this.storms.priorityPenalty(row.workspaceId);
    return handlers.map((handler) => {
      const priority = priorityOf(handler.options, event) * STEPS_A_PRIORITY - stepsBack;
      return [handler.id, { ...jobOf(handler, row), priority, ...(within && { trace: { within } }) }];
    });
  }

  /** Those of handlers that want the doubles of an event too, to make one of them. */
  jobsOfDouble(delivery: NewDelivery): PlannedJob[] {
    const spared = new Set(this.handlersToSkip(delivery));
    return this.jobsOf(delivery).filter(([id]) => !spared.has(id));
  }

  /** The handlers that an event's double does not go to. */
  handlersToSkip({ row }: NewDelivery): string[] {
    const spared = this.registry.matching(row.eventName).filter(({ options }) => !options.coalesce);
    return spared.map(({ id }) => id);
  }

  /** For a delivery that is replayed: at the end of its line, behind what arrives. @param traceparent of its receipt */
  replayOf(delivery: ListedDelivery, handlerId?: string, traceparent?: string): PlannedJob[] {
    const handlers = this.registry.matching(delivery.eventName);
    const chosen = handlers.filter(({ id }) => handlerId === undefined || id === handlerId);
    const again = { waitSeconds: 0, trace: { after: traceparent } };
    return chosen.map((handler) => [handler.id, { ...jobOf(handler, delivery), ...again }]);
  }
}

function jobOf({ options }: Handler, delivery: Omit<ListedDelivery, 'source' | 'receivedAt'>): NewJob {
  const line = lineOf(options, delivery);
  const data: HandlerJob = { deliveryId: delivery.id };
  const waits = options.coalesce && delivery.eventName.endsWith('.updated');
  return {
    data,
    ...(line !== undefined && { orderingKey: line }),
    ...(waits && { waitSeconds: options.coalesce.withinSeconds }),
  };
}

/** Events without an entity wait for each other. */
function lineOf(
  { order, coalesce }: ResolvedHandlerOptions,
  { workspaceId, workItemId, entityId }: Pick<ListedDelivery, 'workspaceId' | 'workItemId' | 'entityId'>,
): string | undefined {
  if (order === 'workspace') return workspaceId;
  if (order === 'none' && !coalesce) return undefined;
  return `${workspaceId}/${workItemId ?? entityId ?? ''}`;
}
