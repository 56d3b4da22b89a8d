import { type PlaneClient } from '@makeplane/plane-node-sdk';

interface Getter {
  get(path: string, query?: object): Promise<unknown>;
}

/**
 * A GET below `/api/v1` for which the SDK has no method, or none with a query: with the client's token, budget and errors.
 *
 * @throws {DomainError} `plane_budget_spent`; {@link PlaneError}
 */
export async function planeGet(client: PlaneClient, path: string, query: object = {}): Promise<unknown> {
  // Protected in the SDK's types alone.
  return (client.projects as unknown as Getter).get(path, query);
}
