import { type FastifyReply, type FastifyRequest } from 'fastify';

/** An `onRequest` hook that rejects forms posted by pages of other sites. */
export async function rejectCrossSite(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  await reply.code(403).type('text/plain').send('This form must be sent from the simulator itself.');
}
