import { setTimeout as wait } from 'node:timers/promises';
import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { type KeyConnection } from '../../config/plane-connection.js';
import { type PlaneClientFactory } from '../../plane/plane-client.factory.js';
import { keyBudget } from '../../plane/plane-key.service.js';
import { type DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { fail, type Finding, pass } from './finding.js';

const CHECK = 'canary';
const POLL_MS = 500;
/** Plane's worker sends within seconds; its retries come minutes later. */
const PATIENCE_MS = 60_000;

/** The comment that is posted, and where. */
interface Canary {
  readonly projectId: string;
  readonly workItemId: string;
  readonly id: string;
}

/**
 * Proves the round trip: posts a comment on the work item by the API, waits until its webhook is stored, and deletes it. The
 * app's handlers leave it alone, because the app wrote it.
 *
 * @param identifier as people call the work item: `WEB-1`
 */
export async function checkCanary(
  connection: KeyConnection,
  identifier: string,
  clients: PlaneClientFactory,
  deliveries: DeliveriesService,
): Promise<Finding> {
  const { secret, workspaceSlug } = connection.key;
  const plane = clients.create(
    { connection, live: async () => secret, budgetKey: keyBudget(secret) },
    { priority: 'interactive' },
  );
  const since = new Date(Date.now() - PATIENCE_MS);
  const canary = await post(plane, workspaceSlug, identifier);
  try {
    const arrived = await arrives(deliveries, canary.id, since);
    return arrived
      ? pass(CHECK, `the webhook of a comment on ${identifier} arrived`)
      : fail(
          CHECK,
          `a comment on ${identifier} was written, but its webhook did not arrive within ${PATIENCE_MS / 1000} s`,
          'Follow the steps of "webhook in Plane": URL, switches, secret, WEBHOOK_ALLOWED_HOSTS; and see that the webhook there is active, and that a server with the role receiver runs',
        );
  } finally {
    await plane.workItems.comments.delete(workspaceSlug, canary.projectId, canary.workItemId, canary.id);
  }
}

async function post(plane: PlaneClient, slug: string, identifier: string): Promise<Canary> {
  const { id: workItemId, project } = await plane.workItems.retrieveByIdentifier(slug, identifier);
  const projectId = typeof project === 'string' ? project : (project as { readonly id: string }).id;
  const text = '<p>A test by "hangar doctor", which is deleted at once.</p>';
  const { id } = await plane.workItems.comments.create(slug, projectId, workItemId, { comment_html: text });
  return { projectId, workItemId, id };
}

async function arrives(deliveries: DeliveriesService, commentId: string, since: Date): Promise<boolean> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt) {
    const { deliveries: found } = await deliveries.page({ text: commentId, since }, { limit: 1 });
    if (found.length > 0) return true;
    await wait(POLL_MS);
  }
  return false;
}
