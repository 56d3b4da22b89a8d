import { type FastifyRequest } from 'fastify';
import { DEFAULT_CONNECTION, type PlaneConnection } from '../../config/plane-connection.js';

/** The controller's route. */
export const WEBHOOK_ROUTE = 'webhooks/plane';

/** The parameter of the route that names a connection. */
export const CONNECTION_PARAMETER = ':connection';

const ROUTES = new Set<unknown>([`/${WEBHOOK_ROUTE}`, `/${WEBHOOK_ROUTE}/${CONNECTION_PARAMETER}`]);

/** Whether a request has one of the routes, with any method and any encoding of the path (`/webhooks/%70lane`). */
export function isWebhook({ routeOptions }: FastifyRequest): boolean {
  return ROUTES.has(routeOptions.url);
}

/** Where Plane sends the webhooks of a connection. */
export function webhookPathOf({ id }: Pick<PlaneConnection, 'id'>): string {
  return id === DEFAULT_CONNECTION ? `/${WEBHOOK_ROUTE}` : `/${WEBHOOK_ROUTE}/${id}`;
}

const OTHER_SPELLING = /^\/+webhooks\/+plane(?:\/+([^/?]+))?\/*(?=\?|$)/;

/** A request's URL, with a path that proxies and people make of the route's (`/webhooks/plane/`, `//webhooks/plane`) corrected. */
export function webhookUrl(url: string): string {
  return url.replace(OTHER_SPELLING, (_, id?: string) => `/${WEBHOOK_ROUTE}${id === undefined ? '' : `/${id}`}`);
}
