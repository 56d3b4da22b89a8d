import { trace } from '@opentelemetry/api';
import { linksTo } from '../../observability/tracing/traceparent.js';
import { tracer } from '../../observability/tracing/tracer.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type RunFields } from './handler-run.observer.js';

/** Sets on the span of a run which handler ran on what, and the outcome. */
export function describeRun({ handler, attempt, deliveryId, event }: RunFields, outcome: string): void {
  if (!tracer()) return;
  trace.getActiveSpan()?.setAttributes({
    'hangar.handler': handler,
    'hangar.attempt': attempt,
    'hangar.outcome': outcome,
    ...(deliveryId !== undefined && { 'hangar.delivery.id': deliveryId }),
    ...(event !== undefined && { 'hangar.event.name': event }),
  });
}

/** Sets the event on the span of a run. @param traceparents of the jobs that were merged into it */
export function describeEvent({ name, workspaceId }: PlaneEvent, traceparents: readonly unknown[]): void {
  const span = tracer() && trace.getActiveSpan();
  span?.setAttributes({ 'hangar.event.name': name, 'hangar.workspace.id': workspaceId });
  span?.addLinks(linksTo(...traceparents));
}
