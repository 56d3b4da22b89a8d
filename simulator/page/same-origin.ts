import { type FastifyReply, type FastifyRequest } from 'fastify';

/** Refuses a form that another site's page has posted: an `onRequest` hook. */
export async function refuseForeignSites(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  await reply.code(403).type('text/plain').send('This form must be sent from the simulator itself.');
}
