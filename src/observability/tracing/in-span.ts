import { type Attributes, context, type Span, trace } from '@opentelemetry/api';
import { endSpans } from './end-spans.js';
import { tracer } from './tracer.js';

/** Runs work in a new span of the active trace, or of a new trace; without a span if tracing is off. */
export async function inSpan<T>(name: string, attributes: Attributes, run: (span?: Span) => Promise<T>): Promise<T> {
  const span = tracer()?.startSpan(name, { attributes });
  if (!span) return run();
  const inside = trace.setSpan(context.active(), span);
  return endSpans([span], () => context.with(inside, () => run(span)));
}
