import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { OpenApiService } from './openapi/openapi.service.js';

const API = '/api/';
const MAX_BYTES = 256 * 1024;

/**
 * Prepares the HTTP application for the API, before its routes are registered: limits bodies, forbids caching and
 * guesses of the content type, adds the request id to responses.
 */
export function prepareApi(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith(API)) route.bodyLimit = MAX_BYTES;
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url?.startsWith(API))
      reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-request-id': request.id });
    done();
  });
  app.get(OpenApiService).describe(app);
}
