import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { endSpans, tracer, traceparentOf } from '../../observability/tracing/spans.js';
import { type NewDelivery } from './delivery-row.js';
import { type StoredDelivery } from './delivery-writer.service.js';

/** Stored among a delivery's headers, though Plane does not send it: links the delivery to its trace. */
export const TRACEPARENT_HEADER = 'x-hangar-traceparent';

/** Stores the deliveries with a span for each, in the trace of its request: requests share the batch. */
export async function withStoreSpans(
  deliveries: readonly NewDelivery[],
  store: (deliveries: readonly NewDelivery[]) => Promise<StoredDelivery[]>,
): Promise<StoredDelivery[]> {
  const active = tracer();
  if (!active) return store(deliveries);
  const spans = deliveries.map(({ row, within = ROOT_CONTEXT }) =>
    active.startSpan('store delivery', { attributes: attributesOf(row, deliveries.length) }, within),
  );
  const traced = deliveries.map((delivery, index) => {
    const span = spans[index];
    if (!span) return delivery;
    const headers = { ...delivery.row.headers, [TRACEPARENT_HEADER]: traceparentOf(span) };
    const within = trace.setSpan(delivery.within ?? ROOT_CONTEXT, span);
    return { ...delivery, row: Object.assign({}, delivery.row, { headers }), within };
  });
  return endSpans(spans, async () => {
    const stored = await store(traced);
    for (const [index, { status, id }] of stored.entries())
      spans[index]?.setAttributes({ 'hangar.delivery.id': id, 'hangar.delivery.status': status });
    return stored;
  });
}

function attributesOf(row: NewDelivery['row'], batchSize: number): Record<string, string | number> {
  return {
    'hangar.event.name': row.eventName,
    'hangar.workspace.id': row.workspaceId,
    'hangar.batch.size': batchSize,
  };
}
