import { type ServerResponse } from 'node:http';
import { type Context, context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { tracer, linksTo } from './spans.js';

/** Probes are frequent and not worth a span. */
const PROBES = '/health/';
const SERVER_ERROR = 500;

const contexts = new WeakMap<FastifyRequest, Context>();

/**
 * Records a span for each request, in a new trace. A caller's `traceparent` becomes a link: untrusted callers must not
 * decide what is sampled, nor join their requests to one trace.
 */
export function traceRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const inside = startSpan(request);
    if (inside) {
      contexts.set(request, inside);
      // Fastify's onResponse hook does not run if the client closes the connection, also during a stream.
      reply.raw.once('close', () => end(inside, reply.raw));
    }
    runInside(request, done);
  });
  // The body is read in the context of its socket.
  server.addHook('preValidation', (request, _reply, done) => runInside(request, done));
}

function startSpan(request: FastifyRequest): Context | undefined {
  const { method, url, id, protocol, headers } = request;
  if (url.startsWith(PROBES)) return undefined;
  const route = request.is404 ? undefined : request.routeOptions.url;
  const span = tracer()?.startSpan(
    route === undefined ? method : `${method} ${route}`,
    {
      kind: SpanKind.SERVER,
      links: linksTo(headers['traceparent']),
      attributes: {
        'http.request.method': method,
        'url.scheme': protocol,
        'url.path': url.replace(/\?.*$/s, ''),
        'hangar.request.id': id,
        ...(route !== undefined && { 'http.route': route }),
      },
    },
    ROOT_CONTEXT,
  );
  return span && trace.setSpan(ROOT_CONTEXT, span);
}

function runInside(request: FastifyRequest, next: () => void): void {
  const inside = contexts.get(request);
  if (inside) context.with(inside, next);
  else next();
}

function end(inside: Context, { headersSent, statusCode }: ServerResponse): void {
  const span = trace.getSpan(inside);
  span?.setAttributes(headersSent ? { 'http.response.status_code': statusCode } : { 'error.type': 'client_gone' });
  if (headersSent && statusCode >= SERVER_ERROR) {
    span?.setAttribute('error.type', String(statusCode));
    span?.setStatus({ code: SpanStatusCode.ERROR });
  }
  span?.end();
}
