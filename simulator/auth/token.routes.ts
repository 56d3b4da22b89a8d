import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { recordOf, textField } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { bodyIsRight } from './client-authentication.js';
import { GrantError, grantToken, invalidClient } from './token.grants.js';

function answer(context: SimulatorContext, request: FastifyRequest) {
  const type = request.headers['content-type'] ?? '';
  const json = type.startsWith('application/json');
  if (!json && !type.startsWith('application/x-www-form-urlencoded'))
    throw new GrantError('invalid_request', 'The request must be form-encoded or JSON.');
  const { authorization } = request.headers;
  return grantToken(context, recordOf(request.body ?? {}), { authorization, json });
}

function refuse(reply: FastifyReply, error: GrantError): FastifyReply {
  if (error.code === 'invalid_client') reply.header('www-authenticate', 'Basic realm="plane"');
  return reply.code(error.status).send({ error: error.code, error_description: error.description });
}

function grantType({ body }: FastifyRequest): string {
  const form = typeof body === 'object' && body !== null ? body : {};
  return 'grant_type' in form ? String(form.grant_type) : 'none';
}

/** `POST /auth/o/revoke-token/` (RFC 7009): an unknown token is answered with 200 too. */
function revokeRoute(app: FastifyInstance, context: SimulatorContext): void {
  app.post('/auth/o/revoke-token/', async (request, reply) => {
    const body = recordOf(request.body);
    if (!bodyIsRight(body, context.app)) return refuse(reply, invalidClient());
    context.tokens.revoke(textField(body, 'token'));
    return reply.send({});
  });
}

/** `POST /auth/o/token/`: the three grants; and the revocation of a token. Errors as in RFC 6749 §5.2. */
export function tokenRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const onResponse = async (request: FastifyRequest, reply: FastifyReply) => {
    context.grants.count(grantType(request), reply.statusCode);
  };
  revokeRoute(app, context);
  app.post('/auth/o/token/', { onResponse }, async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' });
    try {
      return await reply.send(answer(context, request));
    } catch (error) {
      if (error instanceof GrantError) return refuse(reply, error);
      throw error;
    }
  });
}
