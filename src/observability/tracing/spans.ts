import {
  type Span,
  SpanStatusCode,
  context,
  ROOT_CONTEXT,
  type Tracer,
  type Attributes,
  trace,
  type Context,
  isSpanContextValid,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { serializeError } from '../../common/serialize-error.js';

let current: Tracer | undefined;

/** This process's tracer; `undefined` while tracing is off, so that callers compute no attributes. */
export function tracer(): Tracer | undefined {
  return current;
}

/** Turns tracing on or off. */
export function setTracer(tracer: Tracer | undefined): void {
  current = tracer;
}

/** Runs work outside of the active trace: work that is shared, or outlives the operation that started it. */
export function outsideTraces<T>(run: () => T): T {
  return context.with(ROOT_CONTEXT, run);
}

/** Marks a span as failed, with the error as it is logged: without properties that libraries add to errors. */
export function failSpan(span: Span, error: unknown): void {
  const { type, message, code, stack } = serializeError(error);
  span.recordException({ name: type, message, ...(stack !== undefined && { stack }) });
  span.setAttribute('error.type', code ?? type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Runs work and then ends its spans, as failed if it rejects. */
export async function endSpans<T>(spans: readonly Span[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    for (const span of spans) failSpan(span, error);
    throw error;
  } finally {
    for (const span of spans) span.end();
  }
}

/** Runs work in a new span of the active trace, or of a new trace; without a span if tracing is off. */
export async function inSpan<T>(name: string, attributes: Attributes, run: (span?: Span) => Promise<T>): Promise<T> {
  const span = tracer()?.startSpan(name, { attributes });
  if (!span) return run();
  const inside = trace.setSpan(context.active(), span);
  return endSpans([span], () => context.with(inside, () => run(span)));
}

/** A span as `traceparent` of W3C Trace Context (§3.2): 55 characters. */
export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** The context to start child spans of a `traceparent` in, possibly of another process; `undefined` if it is invalid. */
export function contextOf(traceparent: unknown): Context | undefined {
  const remote = spanContextOf(traceparent);
  return remote && trace.setSpanContext(ROOT_CONTEXT, remote);
}

/** Links to spans by their `traceparent`s; invalid ones are omitted. */
export function linksTo(...traceparents: readonly unknown[]): Link[] {
  return traceparents.flatMap((traceparent) => {
    const context = spanContextOf(traceparent);
    return context ? [{ context }] : [];
  });
}

function spanContextOf(traceparent: unknown): SpanContext | undefined {
  const parsed = typeof traceparent === 'string' ? parseTraceParent(traceparent) : null;
  return parsed && isSpanContextValid(parsed) ? { ...parsed, isRemote: true } : undefined;
}
