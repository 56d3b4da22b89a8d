import { type FastifyRequest } from 'fastify';

/** The controller's route. */
export const WEBHOOK_ROUTE = 'webhooks/plane';

/** Whether a request has that route, with any method and any encoding of the path (`/webhooks/%70lane`). */
export function isWebhook({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === `/${WEBHOOK_ROUTE}`;
}

const OTHER_SPELLING = /^\/+webhooks\/+plane\/*(?=\?|$)/;

/** A request's URL, with a path that proxies and people make of the route's (`/webhooks/plane/`, `//webhooks/plane`) corrected. */
export function webhookUrl(url: string): string {
  return url.replace(OTHER_SPELLING, `/${WEBHOOK_ROUTE}`);
}
