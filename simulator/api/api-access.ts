import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type TokenGrant, type TokenStore } from '../auth/token-store.js';
import { type SimulatorContext } from '../simulator-context.js';
import { type RateLimiter } from './rate-limiter.js';

const CALLER = 'caller';

/** The request's access token; empty where it has none. */
function bearerToken(request: FastifyRequest): string {
  const [scheme, token = ''] = (request.headers.authorization ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' ? token : '';
}

/** The request's API key; empty where it has none. */
function apiKey(request: FastifyRequest): string {
  const header = request.headers['x-api-key'];
  return typeof header === 'string' ? header : '';
}

/** The request's access token or API key; empty where it has none. */
export function credentialOf(request: FastifyRequest): string {
  return bearerToken(request) || apiKey(request);
}

/** The subject of the request's access token or API key, if that is valid. */
export function grantOf(tokens: TokenStore, request: FastifyRequest): TokenGrant | undefined {
  const token = bearerToken(request);
  return token === '' ? tokens.ofApiKey(apiKey(request)) : tokens.find(token);
}

/** The body of a 429 of the community edition. */
const LIMIT_EXCEEDED = { error_code: 5900, error_message: 'RATE_LIMIT_EXCEEDED' };

/** Requires a valid access token or API key on the routes of `app`; otherwise answers 401, for a wrong API key 403. */
export function requireToken(app: FastifyInstance, { tokens }: SimulatorContext): void {
  app.decorateRequest(CALLER, null);
  app.addHook('onRequest', async (request, reply) => {
    const caller = grantOf(tokens, request);
    if (caller) {
      request.setDecorator(CALLER, caller);
      return;
    }
    if (apiKey(request) !== '') {
      await reply.code(403).send({ detail: 'Given API token is not valid' });
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

/**
 * Limits the requests of each token; above the limit answers 429, which in the community edition has `Retry-After` and none
 * of the other headers. After {@link requireToken}.
 */
export function limitRate(app: FastifyInstance, limiter: RateLimiter, { release }: SimulatorContext): void {
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const state = limiter.use(credentialOf(request));
    if (release && !state.allowed)
      return reply.code(429).header('retry-after', String(state.retryAfterSeconds)).send(LIMIT_EXCEEDED);
    reply.headers({
      'x-ratelimit-remaining': String(state.remaining),
      'x-ratelimit-reset': String(state.resetSeconds),
    });
    return state.allowed ? undefined : reply.code(429).send({ detail: 'Request was throttled.' });
  });
}
