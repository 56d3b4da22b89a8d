import { Readable } from 'node:stream';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { BodyLane, type BodyLaneLimits } from '../common/body-lane.js';
import { bodyUse, decideBody, declaredLength, hasBody, isLongBody } from '../common/request-body.js';
import { isWebhook } from '../webhooks/receiver/webhook-path.js';

/** Such bodies are short: a logout token, a form. */
const LIMITS: BodyLaneLimits = {
  bytes: 2_000_000,
  bytesPerSource: 1_000_000,
  reading: 128,
  waiting: 128,
  whenFull: 'cut',
};

/**
 * Limits the memory of the bodies of all requests whose sender is not known; webhooks have limits of their own. A body that
 * the response does not depend on is not read.
 */
export function limitAnonymousBodies(server: FastifyInstance): void {
  const lane = new BodyLane(LIMITS);
  server.addHook('onClose', (_, done) => {
    lane.close();
    done();
  });
  server.addHook('onRequest', (request, _reply, done) => {
    if (!hasBody(request.raw)) return done();
    if (request.is404) decideBody(request.raw, 'ignored');
    if (request.method !== 'GET' && request.method !== 'HEAD') return done();
    // It has no meaning, and Fastify does not read it: Node would keep what has arrived.
    if (isLongBody(request.raw)) return done(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
    request.raw.resume();
    done();
  });
  server.addHook('preParsing', (request, reply, payload, done) => {
    const { raw } = request;
    if (isWebhook(request) || !hasBody(raw) || bodyUse(raw) === 'trusted') return done(null, payload);
    if (bodyUse(raw) === 'ignored') return done(null, unread(request));
    lane.admit(raw, reply.raw, request.ip, declaredLength(request.raw), () => done(null, payload));
  });
}

/** An empty body that Fastify takes for one of the declared length. */
function unread(request: FastifyRequest): Readable & { receivedEncodedLength: number } {
  return Object.assign(Readable.from([]), { receivedEncodedLength: declaredLength(request.raw) || 0 });
}
