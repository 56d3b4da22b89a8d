import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { type Installation } from '../../installations/installation.js';
import { type ClientOptions, PlaneClientFactory, type TokenSupplier } from '../../plane/plane-client.factory.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { handlerLogger } from '../discovery/handler-logger.js';
import { type PlaneContext } from '../discovery/handler-contexts.js';
import { type HandlerRun } from './handler-run.js';
import { WorkItemProjectsService } from './work-item-projects.service.js';
import { type UserName, WorkspaceUsersService } from './workspace-users.service.js';

/** Makes the context that a handler gets. */
@Injectable()
export class PlaneContextFactory {
  constructor(
    private readonly clients: PlaneClientFactory,
    private readonly tokens: TokensService,
    private readonly projects: WorkItemProjectsService,
    private readonly users: WorkspaceUsersService,
  ) {}

  /** @param signal aborts the run */
  create({ handler, job, log }: HandlerRun, installation: Installation, signal: AbortSignal): PlaneContext {
    const { attempt } = job;
    const { deliveryId } = job.data;
    const calls = { signal, priority: handler.options.callPriority };
    const plane = this.botClient(installation, calls);
    const { workspaceId: id, workspaceSlug: slug, workspaceName: name } = installation;
    const workspace = { id, slug, name };
    return {
      plane,
      planeAs: (planeUserId) => this.clients.create(this.userTokens({ planeUserId }, installation), calls),
      planeAsSubject: (subject) => this.clients.create(this.userTokens({ subject }, installation), calls),
      projectIdOf: (workItem) => this.projects.projectIdOf(plane, workspace, workItem),
      installation,
      workspace,
      delivery: { id: deliveryId, attempt },
      logger: handlerLogger(handler.id, { deliveryId, attempt, workspace: slug }, log),
      signal,
    };
  }

  /** A client of Plane's API that acts as the app's bot in the installation's workspace. */
  botClient(installation: Installation, calls: ClientOptions): PlaneClient {
    return this.clients.create(this.botTokens(installation), calls);
  }

  private botTokens(installation: Installation): TokenSupplier {
    return {
      live: () => this.tokens.accessToken(installation),
      insteadOf: (rejected) => this.tokens.accessToken(installation, rejected),
      budgetKey: `bot:${installation.id}`,
    };
  }

  /** A subject and their Plane user have separate budgets of calls here, although Plane counts them together. */
  private userTokens(user: UserName, installation: Installation): TokenSupplier {
    return {
      live: () => this.users.accessToken(user, installation),
      insteadOf: (rejected) => this.users.accessToken(user, installation, rejected),
      budgetKey: 'subject' in user ? `subject:${user.subject}` : `user:${user.planeUserId}`,
    };
  }
}
