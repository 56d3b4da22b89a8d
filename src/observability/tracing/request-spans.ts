import { type ServerResponse } from 'node:http';
import { type Context, context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { tracer } from './tracer.js';
import { linksTo } from './traceparent.js';

/** Probes come every few seconds and tell nothing. */
const PROBES = '/health/';
const SERVER_FAULT = 500;

const contexts = new WeakMap<FastifyRequest, Context>();

/**
 * A span for each request, in a trace of its own. A caller's `traceparent` becomes a link: callers are strangers, who
 * must not decide what is sampled nor put their requests into one trace of ours.
 */
export function traceRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const inside = begin(request);
    if (inside) {
      contexts.set(request, inside);
      // Fastify's own hook hears nothing of a client that goes away, nor of a stream that ends so.
      reply.raw.once('close', () => end(inside, reply.raw));
    }
    runInside(request, done);
  });
  // The body is read in the context of its socket.
  server.addHook('preValidation', (request, _reply, done) => runInside(request, done));
}

function begin(request: FastifyRequest): Context | undefined {
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
  span?.setAttributes(
    headersSent ? { 'http.response.status_code': statusCode } : { 'error.type': 'client_gone' },
  );
  if (headersSent && statusCode >= SERVER_FAULT) {
    span?.setAttribute('error.type', String(statusCode));
    span?.setStatus({ code: SpanStatusCode.ERROR });
  }
  span?.end();
}
