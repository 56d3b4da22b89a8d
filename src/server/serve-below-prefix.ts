import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { markupWithPrefix, pathPrefix, withPrefix } from '../common/path-prefix.js';

/** Adds the path of `PUBLIC_URL` to the links and redirects of all answers. Without a path nothing changes. */
export function serveBelowPrefix(fastify: FastifyInstance, publicUrl: string): void {
  const prefix = pathPrefix(publicUrl);
  if (prefix === '') return;
  fastify.addHook('onSend', async (_request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    const location = reply.getHeader('location');
    if (typeof location === 'string') reply.header('location', withPrefix(location, publicUrl));
    const isMarkup = String(reply.getHeader('content-type')).startsWith('text/html');
    return isMarkup && typeof payload === 'string' ? markupWithPrefix(payload, prefix) : payload;
  });
}
