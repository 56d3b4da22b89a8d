import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { Drain } from '../config/drain.js';
import { InstallationsService } from '../installations/installations.service.js';
import { type CallPriority } from '../plane/call-priority.js';
import { PlaneContextFactory } from '../webhooks/dispatch/plane-context.factory.js';
import { agentNotInstalled } from './agent.errors.js';
import { type PlaceOfRuns, type RunOfPlane } from './agent-runs.repository.js';

/** How calls about a run are made. */
export interface RunCalls {
  readonly priority: CallPriority;
  /** How long a call waits for its budget; default by its priority. */
  readonly maxWaitMs?: number;
}

/** An activity of Plane's list. */
export interface ListedActivity {
  readonly id: string;
  readonly type: string;
  readonly content?: { readonly body?: string } | null;
  readonly content_metadata?: Readonly<Record<string, unknown>> | null;
  readonly signal?: string;
  readonly actor?: string | null;
  readonly created_at: string;
}

const PAGE_SIZE = 100;
const MAX_PAGES = 50;

/** Plane's API as the app's bot, for what Hangar itself does in runs. */
@Injectable()
export class AgentPlaneService {
  constructor(
    private readonly installations: InstallationsService,
    private readonly contexts: PlaneContextFactory,
    private readonly drain: Drain,
  ) {}

  /** By the installation of the run's connection. @throws {DomainError} `agent_not_installed` */
  async client(
    { connectionId, workspaceId }: PlaceOfRuns,
    calls: RunCalls,
  ): Promise<{ readonly plane: PlaneClient; readonly slug: string }> {
    const installation = await this.installations.findByWorkspace(workspaceId, connectionId);
    if (installation?.status !== 'installed') throw agentNotInstalled(workspaceId);
    const plane = this.contexts.botClient(installation, { ...calls, signal: this.drain.abortSignal });
    return { plane, slug: installation.workspaceSlug };
  }

  /** The activities of a run, in the order of Plane's list, page by page. */
  async *activities(run: RunOfPlane, calls: RunCalls): AsyncGenerator<readonly ListedActivity[]> {
    const { plane, slug } = await this.client(run, calls);
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const params = { per_page: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
      const { results, next_cursor, next_page_results } = await plane.agentRuns.activities.list(
        slug,
        run.runId,
        params,
      );
      yield results as unknown as ListedActivity[];
      if (next_page_results !== true || next_cursor === undefined || next_cursor === cursor) return;
      cursor = next_cursor;
    }
  }
}
