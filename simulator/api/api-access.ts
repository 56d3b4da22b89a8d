import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type TokenGrant } from '../auth/token-store.js';
import { type SimulatorContext } from '../simulator-context.js';
import { type RateLimiter } from './rate-limiter.js';

const CALLER = 'caller';

function bearerToken(request: FastifyRequest): string {
  const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' ? token : '';
}

/** Requires a valid access token on the routes of `app`; otherwise answers 401. */
export function requireToken(app: FastifyInstance, { tokens }: SimulatorContext): void {
  app.decorateRequest(CALLER, null);
  app.addHook('onRequest', async (request, reply) => {
    const caller = tokens.find(bearerToken(request));
    if (caller) {
      request.setDecorator(CALLER, caller);
      return;
    }
    reply.header('www-authenticate', 'Bearer realm="api"');
    await reply.code(401).send({ detail: 'The access token is missing, unknown or has expired.' });
  });
}

/** The subject of the request's token. Only after {@link requireToken}. */
export function callerOf(request: FastifyRequest): TokenGrant {
  return request.getDecorator<TokenGrant>(CALLER);
}

/** Limits the requests of each token; above the limit answers 429. After {@link requireToken}. */
export function limitRate(app: FastifyInstance, limiter: RateLimiter): void {
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const state = limiter.use(bearerToken(request));
    reply.headers({
      'x-ratelimit-remaining': String(state.remaining),
      'x-ratelimit-reset': String(state.resetSeconds),
    });
    if (!state.allowed) await reply.code(429).send({ detail: 'Request was throttled.' });
  });
}
