import { type Attributes, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { tracer } from '../observability/tracing/spans.js';
import { type PlaneAnswer, type SentRequest } from './plane-exchange.js';

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Starts a client span for each request to Plane, retries included. The trace context is not sent: Plane is a third party.
 */
export function planeCallSpan(request: SentRequest): ((answer: PlaneAnswer) => void) | undefined {
  const template = pathTemplate(request.url.pathname);
  const name = `${request.method} ${template}`;
  const span = tracer()?.startSpan(name, {
    kind: SpanKind.CLIENT,
    attributes: attributesOf(request, template),
  });
  return span && ((answer) => endSpan(span, answer));
}

function attributesOf({ method, url, sentBefore }: SentRequest, template: string): Attributes {
  return {
    'http.request.method': method,
    'url.full': `${url.origin}${url.pathname}`,
    'url.template': template,
    'server.address': url.hostname,
    'server.port': Number(url.port) || (DEFAULT_PORTS[url.protocol] ?? 0),
    ...(sentBefore > 0 && { 'http.request.resend_count': sentBefore }),
  };
}

function endSpan(span: Span, { status }: PlaneAnswer): void {
  if (typeof status === 'number') span.setAttribute('http.response.status_code', status);
  if (typeof status !== 'number' || status >= 400) {
    span.setAttribute('error.type', String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** The path with placeholders for ids and slugs, so that there are few span names. */
function pathTemplate(path: string): string {
  const parts = path.split('/');
  return parts
    .map((part, index) => {
      if (UUID.test(part)) return '{id}';
      return parts[index - 1] === 'workspaces' && part !== '' ? '{slug}' : part;
    })
    .join('/');
}
