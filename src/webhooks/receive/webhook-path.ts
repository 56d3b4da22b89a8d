import { type FastifyRequest } from 'fastify';

/** Where Plane sends its webhooks, as the controller's route. */
export const WEBHOOK_ROUTE = 'webhooks/plane';

/** Whether a request goes there, whatever its method. */
export function isWebhook({ url }: FastifyRequest): boolean {
  return url.split('?')[0] === `/${WEBHOOK_ROUTE}`;
}
