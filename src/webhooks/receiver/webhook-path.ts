import { type FastifyRequest } from 'fastify';

/** The controller's route. */
export const WEBHOOK_ROUTE = 'webhooks/plane';

/** Whether a request has that route, with any method and any encoding of the path (`/webhooks/%70lane`). */
export function isWebhook({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === `/${WEBHOOK_ROUTE}`;
}
