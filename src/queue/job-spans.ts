import {
  type Attributes,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { endSpans, failSpan, tracer, contextOf, linksTo, traceparentOf } from '../observability/tracing/spans.js';
import { type LeasedJob } from './leased-job.js';
import { type JobsByQueue, type NewJob, type RunResult } from './queue.js';

/** Adds the jobs, each with a producer span whose `traceparent` is stored in its data; unchanged while tracing is off. */
export async function withProducerSpans(jobs: JobsByQueue, add: (jobs: JobsByQueue) => Promise<void>): Promise<void> {
  if (!tracer()) return add(jobs);
  const spans: Span[] = [];
  const traced = [...jobs].map(([queue, ofQueue]) => {
    const inTraces = ofQueue.map((job) => {
      const span = producerSpan(queue, job);
      if (!span) return job;
      spans.push(span);
      return { ...job, data: { ...job.data, traceparent: traceparentOf(span) } };
    });
    return [queue, inTraces] as const;
  });
  await endSpans(spans, () => add(new Map(traced)));
}

/** Runs an attempt of a job in a consumer span of the job's trace, or of a new one if it has none. */
export async function withConsumerSpan<R>(job: LeasedJob, run: () => Promise<RunResult<R>>): Promise<RunResult<R>> {
  const parent = tracer() && (contextOf((job.data as { traceparent?: unknown }).traceparent) ?? ROOT_CONTEXT);
  const attributes = {
    ...messaging(job.queue, 'process'),
    'messaging.message.id': job.id,
    'hangar.attempt': job.attempt,
  };
  const span = parent && tracer()?.startSpan(`process ${job.queue}`, { kind: SpanKind.CONSUMER, attributes }, parent);
  if (!span) return run();
  return endSpans([span], async () => {
    const result = await context.with(trace.setSpan(parent, span), run);
    setStatus(span, result);
    return result;
  });
}

function producerSpan(queue: string, { trace: of }: NewJob): Span | undefined {
  if (of === 'its own') return undefined;
  const attributes = messaging(queue, 'send');
  const options = { kind: SpanKind.PRODUCER, attributes };
  if (of && 'after' in of)
    return tracer()?.startSpan(`send ${queue}`, { ...options, root: true, links: linksBack(of.after) });
  return tracer()?.startSpan(`send ${queue}`, options, of?.within ?? context.active());
}

/** To the earlier trace, and to that of the request to run the job again. */
function linksBack(traceparent: string | undefined): Link[] {
  const active = trace.getActiveSpan()?.spanContext();
  return [...linksTo(traceparent), ...(active ? [{ context: active }] : [])];
}

/** OpenTelemetry's semantic conventions for messaging. */
function messaging(queue: string, operation: 'send' | 'process'): Attributes {
  return {
    'messaging.system': 'pg-boss',
    'messaging.destination.name': queue,
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
  };
}

function setStatus(span: Span, result: RunResult): void {
  if (result.outcome !== 'failed' && result.outcome !== 'dead_lettered') return;
  if ('error' in result) failSpan(span, result.error);
  else span.setStatus({ code: SpanStatusCode.ERROR, message: result.reason });
}
