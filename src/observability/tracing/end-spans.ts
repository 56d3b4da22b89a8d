import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { serializeError } from '../../common/serialize-error.js';

/** Says that what the span is about failed, in the words of the log: nothing that a library hung on the error. */
export function failSpan(span: Span, error: unknown): void {
  const { type, message, code, stack } = serializeError(error);
  span.recordException({ name: type, message, ...(stack !== undefined && { stack }) });
  span.setAttribute('error.type', code ?? type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Ends each of the spans that belong to one piece of work, with how that ended. */
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
