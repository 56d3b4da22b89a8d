import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { recordOf } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { GrantError, grantToken } from './token.grants.js';

function answer(context: SimulatorContext, request: FastifyRequest) {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) {
    throw new GrantError('invalid_request', 'The request must be form-encoded.');
  }
  return grantToken(context, recordOf(request.body ?? {}), request.headers.authorization);
}

function refuse(reply: FastifyReply, error: GrantError): FastifyReply {
  if (error.code === 'invalid_client') reply.header('www-authenticate', 'Basic realm="plane"');
  return reply.code(error.status).send({ error: error.code, error_description: error.description });
}

function grantType({ body }: FastifyRequest): string {
  const form = typeof body === 'object' && body !== null ? body : {};
  return 'grant_type' in form ? String(form.grant_type) : 'none';
}

/** `POST /auth/o/token/`: the three grants. Errors as in RFC 6749 §5.2. */
export function tokenRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const onResponse = async (request: FastifyRequest, reply: FastifyReply) => {
    context.grants.count(grantType(request), reply.statusCode);
  };
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
