import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { type FastifyInstance } from 'fastify';
import { isBelow } from '../common/path-prefix.js';
import { unknownAdapter } from './host.errors.js';

/** Answers a request. */
export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** The parts of Express's application and request that are used here: Express is the host's own. */
interface ExpressApplication {
  use(
    path: string,
    handle: (request: IncomingMessage & { originalUrl: string }, response: ServerResponse) => void,
  ): void;
}

/**
 * Gives the requests below a path to Hangar, before anything of the application sees them: no body is read, and its
 * middleware, hooks and routes are left alone. Call it while the application is created: what comes first is asked first.
 *
 * @throws {DomainError} `host_adapter_unknown`
 */
export function mountRoutes(adapter: AbstractHttpAdapter, path: string, serve: Serve): void {
  const type = adapter.getType();
  if (type === 'express') mountOnExpress(adapter.getInstance<ExpressApplication>(), path, serve);
  else if (type === 'fastify') mountOnFastify(adapter.getInstance<FastifyInstance>(), path, serve);
  else throw unknownAdapter(type);
}

function mountOnExpress(express: ExpressApplication, path: string, serve: Serve): void {
  express.use(path, (request, response) => {
    request.url = request.originalUrl; // Express has removed the path
    serve(request, withoutHeaders(response));
  });
}

function mountOnFastify(fastify: FastifyInstance, path: string, serve: Serve): void {
  fastify.addHook('onRequest', ({ raw }, reply, done) => {
    if (!isBelow(raw.url ?? '/', path)) return done();
    reply.hijack();
    serve(raw, withoutHeaders(reply.raw));
  });
}

/** The adapters set some before anything else runs, such as those of CORS: they are about the application's routes. */
function withoutHeaders(response: ServerResponse): ServerResponse {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  return response;
}
