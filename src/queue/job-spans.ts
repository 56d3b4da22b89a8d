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
import { endSpans, failSpan } from '../observability/tracing/end-spans.js';
import { tracer } from '../observability/tracing/tracer.js';
import { contextOf, linksTo, traceparentOf } from '../observability/tracing/traceparent.js';
import { type RunResult, type JobOutcome, type NewJob, type QueuedJob } from './queue.js';

type JobsByQueue = ReadonlyMap<string, readonly NewJob[]>;

/** Adds the jobs, each with a producer span whose `traceparent` is kept in its data; as they are while traces are off. */
export async function withProducerSpans(
  jobs: JobsByQueue,
  add: (jobs: JobsByQueue) => Promise<void>,
): Promise<void> {
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

/** Runs a job in a consumer span of its trace; so does each further attempt. A job without one begins a trace. */
export async function consumingJob<R>(
  queue: string,
  job: QueuedJob<object>,
  run: () => Promise<RunResult<R>>,
): Promise<RunResult<R>> {
  const parent = tracer() && (contextOf((job.data as { traceparent?: unknown }).traceparent) ?? ROOT_CONTEXT);
  const attributes = {
    ...messaging(queue, 'process'),
    'messaging.message.id': job.id,
    'hangar.attempt': job.attempt,
  };
  const span =
    parent && tracer()?.startSpan(`process ${queue}`, { kind: SpanKind.CONSUMER, attributes }, parent);
  if (!span) return run();
  return endSpans([span], async () => {
    const ended = await context.with(trace.setSpan(parent, span), run);
    tellEnd(span, ended.end);
    return ended;
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

/** To the trace before, and to that of who asks for it anew. */
function linksBack(traceparent: string | undefined): Link[] {
  const asking = trace.getActiveSpan()?.spanContext();
  return [...linksTo(traceparent), ...(asking ? [{ context: asking }] : [])];
}

/** OpenTelemetry's semantic conventions of messaging. */
function messaging(queue: string, operation: 'send' | 'process'): Attributes {
  return {
    'messaging.system': 'pg-boss',
    'messaging.destination.name': queue,
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
  };
}

/** A job that is put off has not failed. */
function tellEnd(span: Span, end: JobOutcome): void {
  if (end === 'done' || 'againInSeconds' in end) return;
  if ('failure' in end) failSpan(span, end.failure);
  else span.setStatus({ code: SpanStatusCode.ERROR, message: end.deadLetter });
}
