import { type FastifyInstance } from 'fastify';
import { pathOf } from '../path-of.js';

/** Says of the paths under `app`'s prefix that have no route here that the simulator, not Plane, lacks them. */
export function explainUnknownRoutes(app: FastifyInstance): void {
  app.setNotFoundHandler(async (request, reply) =>
    reply.code(501).send({
      error:
        `The simulator does not know the route ${request.method} ${pathOf(request)}. Plane may have it: ` +
        'docs/simulator.md lists what is simulated.',
    }),
  );
}
