import { type FastifyRequest } from 'fastify';

/** Where Plane sends its webhooks, as the controller's route. */
export const WEBHOOK_ROUTE = 'webhooks/plane';

/** Whether a request goes there, whatever its method and however its address is written (`/webhooks/%70lane`). */
export function isWebhook({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === `/${WEBHOOK_ROUTE}`;
}
