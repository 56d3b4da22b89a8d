import { trace } from '@opentelemetry/api';
import { tracer } from '../../observability/tracing/tracer.js';
import { linksTo } from '../../observability/tracing/traceparent.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type BoundRun } from './handler-runs.service.js';

/** Says on the span of a run which handler ran on what, and how that ended. */
export function describeRun({ handler, attempt, deliveryId, event }: BoundRun, outcome: string): void {
  if (!tracer()) return;
  trace.getActiveSpan()?.setAttributes({
    'hangar.handler': handler,
    'hangar.attempt': attempt,
    'hangar.outcome': outcome,
    ...(typeof deliveryId === 'string' && { 'hangar.delivery.id': deliveryId }),
    ...(typeof event === 'string' && { 'hangar.event.name': event }),
  });
}

/** Says on the span of a run what the event is. @param folded `traceparent` of jobs that went into it */
export function describeEvent({ name, workspaceId }: PlaneEvent, folded: readonly unknown[]): void {
  const span = tracer() && trace.getActiveSpan();
  span?.setAttributes({ 'hangar.event.name': name, 'hangar.workspace.id': workspaceId });
  span?.addLinks(linksTo(...folded));
}
