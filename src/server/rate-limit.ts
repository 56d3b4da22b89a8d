import { callbackify } from 'node:util';
import fastifyRateLimit from '@fastify/rate-limit';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { warnThrottled } from '../common/rate-limited-logger.js';
import { tooManyRequests } from '../common/too-many-requests.js';
import { isWebhook } from '../webhooks/receiver/webhook-path.js';

const WINDOW_MS = 60_000;
/** Addresses that are counted at the same time. */
const MAX_ADDRESSES = 10_000;
/**
 * Probes must not depend on what shares their address, and a page loads several files. A callback's code is stored before
 * any limit answers: `src/oauth/callback-throttle.ts`.
 */
const EXEMPT = /^\/(?:(?:health|console\/assets)\/|oauth\/callback$)/;
const NO_HEADERS = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false };

/**
 * Limits the requests of each address, the one behind `TRUSTED_PROXIES`. Webhooks, callbacks, probes and the console's files are exempt:
 * Plane does not send a webhook again that is answered 429 (docs/plane.md §6).
 */
export async function limitRequests(app: NestFastifyApplication, requestsPerMinute: number): Promise<void> {
  await app.register(fastifyRateLimit, {
    global: false,
    max: requestsPerMinute,
    timeWindow: WINDOW_MS,
    cache: MAX_ADDRESSES,
    addHeaders: NO_HEADERS,
    addHeadersOnExceeding: NO_HEADERS,
    onExceeded: () =>
      warnThrottled('RateLimit', {
        msg: 'requests answered 429: an address sends more than HANGAR_REQUESTS_PER_MINUTE',
      }),
    errorResponseBuilder: (_, { max, ttl }) => tooManyRequests(max, Math.ceil(ttl / 1000)),
  });
  const server = app.getHttpAdapter().getInstance();
  const limiter = server.rateLimit();
  const limit = callbackify(async (request: FastifyRequest, reply: FastifyReply) =>
    limiter.call(server, request, reply),
  );
  server.addHook('onRequest', (request, reply, done) => {
    if (isExempt(request)) done();
    else limit(request, reply, (error) => done(error ?? undefined));
  });
}

function isExempt(request: FastifyRequest): boolean {
  return isWebhook(request) || EXEMPT.test(request.routeOptions.url ?? '');
}
