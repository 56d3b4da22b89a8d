import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { serializeError } from '../../common/serialize-error.js';

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
