import { Injectable } from '@nestjs/common';
import { DEFAULT_CONNECTION } from '../../config/plane-connection.js';
import { type NewJob } from '../../queue/queue.js';
import { type DeliveryJob } from '../../queue/waiting-jobs.service.js';
import { type Handler } from '../discovery/handler.js';
import { priorityOf, type ResolvedHandlerOptions } from '../discovery/handler-options.js';
import { isChosen } from '../discovery/handler-choice.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';
import { CATCH_UP } from '../events/normalise-catch-up.js';
import { UNKNOWN } from '../events/normalise-unknown.js';
import { type NewDelivery } from './delivery-row.js';
import { type ListedDelivery } from './delivery-filter.js';
import { MAX_PENALTY, WorkspaceFairness } from './workspace-fairness.service.js';

/** One step of a handler's priority outweighs every penalty of a workspace. */
const PRIORITY_STEP = 16;

const AGENT_RUN = 'agent_run.';

/** So long, at most, a webhook about one member of a list waits for that with the lists, which is the event (docs/plane-versions.md). */
const MEMBER_WAIT_SECONDS = 10;

/** So long, at most, one that lacks the names of its change waits for that with the names. */
const NAMES_WAIT_SECONDS = 3;

type OrderedDelivery = Pick<ListedDelivery, 'connectionId' | 'workspaceId' | 'workItemId' | 'entityId' | 'eventName'>;

/** A handler and its job. */
export type PlannedJob = readonly [handlerId: string, job: NewJob];

/** Decides which jobs a delivery makes. */
@Injectable()
export class JobPlanService {
  constructor(
    private readonly registry: HandlerRegistry,
    private readonly fairness: WorkspaceFairness,
  ) {}

  /** One for every handler that matches the event. @param lacksNames it waits for another webhook with the names of its change */
  jobsOf({ row, event, announced, within }: NewDelivery, lacksNames = false): PlannedJob[] {
    const handlers = this.matching(row);
    if (handlers.length === 0) return [];
    // What was recovered is late already: webhooks of the same priority go first.
    const memberWait = announced?.isMember ? MEMBER_WAIT_SECONDS : 0;
    const penalty = row.source === CATCH_UP ? MAX_PENALTY : this.fairness.priorityPenalty(row.workspaceId);
    return handlers.map((handler) => {
      const priority = priorityOf(handler.options, event) * PRIORITY_STEP - penalty;
      const { waitSeconds = 0, ...job } = jobOf(handler, row);
      const wait = Math.max(waitSeconds, memberWait, lacksNames ? NAMES_WAIT_SECONDS : 0);
      const options = { ...(wait > 0 && { waitSeconds: wait }), ...(within && { trace: { within } }) };
      return [handler.id, { ...job, priority, ...options }];
    });
  }

  /** The ids of the handlers that match the event. */
  handlersOf({ row }: NewDelivery): string[] {
    return this.matching(row).map(({ id }) => id);
  }

  /** Those of a webhook whose change was recovered before: for handlers that do not receive recovered changes. */
  jobsOfRecovered(delivery: NewDelivery): PlannedJob[] {
    const received = new Set(this.handlersOfRecovered(delivery));
    return this.jobsOf(delivery).filter(([id]) => !received.has(id));
  }

  /** The handlers that received the change when it was recovered. */
  handlersOfRecovered({ row }: NewDelivery): string[] {
    return this.matching(row)
      .filter(({ options }) => options.catchUp)
      .map(({ id }) => id);
  }

  /** The queues of updates of work items with these deliveries. */
  jobsOfUpdates(deliveries: readonly string[]): DeliveryJob[] {
    if (deliveries.length === 0) return [];
    const handlers = this.registry.matching('workitem.updated');
    return deliveries.flatMap((delivery) => handlers.map(({ id }) => ({ queue: id, delivery })));
  }

  /** The same, without those that wait for further updates anyway. */
  jobsAwaitingNames(deliveries: readonly string[]): DeliveryJob[] {
    const coalescing = this.registry.matching('workitem.updated').filter(({ options }) => options.coalesce);
    const queues = new Set(coalescing.map(({ id }) => id));
    return this.jobsOfUpdates(deliveries).filter(({ queue }) => !queues.has(queue));
  }

  /** Those of a replayed delivery, to run after the jobs that wait now. @param choice a handler, or a class of handlers @param traceparent of its receipt */
  replayOf(delivery: ListedDelivery, choice?: string, traceparent?: string): PlannedJob[] {
    const handlers = this.matching(delivery);
    const chosen = handlers.filter(({ id }) => choice === undefined || isChosen(id, choice));
    const data: HandlerJob = { deliveryId: delivery.id, again: true };
    const again = { data, waitSeconds: 0, trace: { after: traceparent } };
    return chosen.map((handler) => [handler.id, { ...jobOf(handler, delivery), ...again }]);
  }

  /**
   * None of an unknown shape: `**` must not get what cannot be read. A recovered change is only for handlers that want
   * those.
   */
  private matching({ eventName, source }: Pick<ListedDelivery, 'eventName' | 'source'>): Handler[] {
    if (source === UNKNOWN) return [];
    const matching = this.registry.matching(eventName);
    return source === CATCH_UP ? matching.filter(({ options }) => options.catchUp) : matching;
  }
}

function jobOf({ options }: Handler, delivery: Omit<ListedDelivery, 'source' | 'receivedAt'>): NewJob {
  const line = orderingKeyOf(options, delivery);
  const data: HandlerJob = { deliveryId: delivery.id };
  const waits = options.coalesce && delivery.eventName.endsWith('.updated');
  return {
    data,
    ...(line !== undefined && { orderingKey: line }),
    ...(waits && { waitSeconds: options.coalesce.withinSeconds }),
  };
}

/**
 * The ordering key of a handler's job; `undefined` where the handler has no order. Events without an entity wait for each
 * other; those of an agent run for those of the same run. Connections do not wait for each other, whatever the ids.
 */
export function orderingKeyOf(
  { order, coalesce }: ResolvedHandlerOptions,
  { connectionId, workspaceId, workItemId, entityId, eventName }: OrderedDelivery,
): string | undefined {
  const workspace = connectionId === DEFAULT_CONNECTION ? workspaceId : `${connectionId}/${workspaceId}`;
  if (order === 'workspace') return workspace;
  if (order === 'none' && !coalesce) return undefined;
  const ofRun = eventName.startsWith(AGENT_RUN) ? entityId : null;
  return `${workspace}/${ofRun ?? workItemId ?? entityId ?? ''}`;
}

/** The data of a job in a handler's queue. */
export interface HandlerJob {
  readonly deliveryId: string;
  /** The job of a replay. */
  readonly again?: true;
  /** The span that made the job, if tracing was on (W3C Trace Context). */
  readonly traceparent?: string;
}
