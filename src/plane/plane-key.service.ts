import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { type KeyConnection } from '../config/plane-connection.js';
import { firstWorkspaceIdIn, userIdOf } from './plane-answers.js';
import { PlaneClientFactory } from './plane-client.factory.js';
import { keyRejected, PlaneError, workspaceDenied } from './plane.error.js';

/** What a working key shows. */
export interface KeyAccess {
  /** The user that the app acts as. */
  readonly userId: string;
  /** Absent where that user sees no project of the workspace: the API shows the id nowhere else. */
  readonly workspaceId?: string;
}

const DENIED = new Set([401, 403]);
const NOT_FOUND = 404;
/** The name of the parameter in Plane's API; the SDK has another one. */
const ONE: object = { per_page: 1 };
const NAME_LENGTH = 16;

/** Examines API keys: a bad key and an unknown workspace are both 403 in the community edition (docs/plane.md §5). */
@Injectable()
export class PlaneKeyService {
  constructor(private readonly clients: PlaneClientFactory) {}

  /**
   * @param options `budgeted: false` where there is no database that has the call budgets
   * @throws {DomainError} `plane_key_rejected`, `plane_workspace_denied`; {@link PlaneError} Plane's answer says neither
   */
  async examine(connection: KeyConnection, { budgeted = true } = {}): Promise<KeyAccess> {
    const { secret, workspaceSlug } = connection.key;
    const supplier = { connection, live: async () => secret, ...(budgeted && { budgetKey: keyBudget(secret) }) };
    const plane = this.clients.create(supplier, { priority: 'interactive' });
    const user = await plane.users.me().catch((error: unknown) => {
      throw isStatus(error, (status) => DENIED.has(status)) ? keyRejected() : error;
    });
    const projects = await plane.projects.list(workspaceSlug, ONE).catch((error: unknown) => {
      const isDenied = isStatus(error, (status) => DENIED.has(status) || status === NOT_FOUND);
      throw isDenied ? workspaceDenied(workspaceSlug) : error;
    });
    const workspaceId = firstWorkspaceIdIn(projects);
    return { userId: userIdOf(user), ...(workspaceId !== undefined && { workspaceId }) };
  }
}

/**
 * The call budget of a key, which connections with the same key share. Keys are random, so that no guess of one can be
 * checked with a hash.
 */
export function keyBudget(secret: Secret): string {
  return `key:${createHash('sha256').update(secret.reveal()).digest('hex').slice(0, NAME_LENGTH)}`;
}

function isStatus(error: unknown, matches: (status: number) => boolean): boolean {
  return error instanceof PlaneError && matches(error.planeStatus ?? 0);
}
