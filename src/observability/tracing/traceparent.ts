import {
  type Context,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';

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
