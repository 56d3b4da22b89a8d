import { type FastifyReply, type FastifyRequest } from 'fastify';
import { AlreadyExistsError } from './world/world.error.js';
import { messageOf, statusOf } from './error-text.js';

/** Plane's error bodies: `{"error": …}`, and `{"detail": …}` for a 403. */
export async function planeError(error: unknown, _request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const status = statusOf(error);
  const text = messageOf(error);
  const id = error instanceof AlreadyExistsError ? { id: error.id } : {};
  await reply.code(status).send(status === 403 ? { detail: text } : { error: text, ...id });
}
