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

/** A span in the form of W3C Trace Context (§3.2): 55 characters. */
export function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** The context to begin a span in that goes on from this one, in whatever process; `undefined` where it names none. */
export function contextOf(traceparent: unknown): Context | undefined {
  const remote = spanContextOf(traceparent);
  return remote && trace.setSpanContext(ROOT_CONTEXT, remote);
}

/** Links to the spans that these name; what names none is left out. */
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
