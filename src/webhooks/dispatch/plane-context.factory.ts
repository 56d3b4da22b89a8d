import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { LinksService } from '../../identity/people/links.service.js';
import { type Installation } from '../../installations/installation.js';
import { type CallPriority } from '../../plane/call-priority.js';
import {
  type ClientOptions,
  PlaneClientFactory,
  type TokenSupplier,
} from '../../plane/plane-client.factory.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { type LogLine } from '../deliveries/outcome.js';
import { handlerLogger } from '../discovery/handler-logger.js';
import { type PlaneContext } from '../discovery/plane-context.js';
import { WorkItemProjectsService } from './work-item-projects.service.js';

/** One run of a handler. */
export interface HandlerRun {
  readonly handlerId: string;
  readonly callPriority: CallPriority;
  readonly installation: Installation;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Where the handler's log lines are kept. */
  readonly log: LogLine[];
}

/** Makes the context of a handler's run. */
@Injectable()
export class PlaneContextFactory {
  constructor(
    private readonly clients: PlaneClientFactory,
    private readonly tokens: TokensService,
    private readonly projects: WorkItemProjectsService,
    private readonly links: LinksService,
  ) {}

  create({
    handlerId,
    callPriority,
    installation,
    deliveryId,
    attempt,
    signal,
    log,
  }: HandlerRun): PlaneContext {
    const calls = { signal, priority: callPriority };
    const plane = this.botClient(installation, calls);
    const { workspaceId: id, workspaceSlug: slug, workspaceName: name } = installation;
    const workspace = { id, slug, name };
    return {
      plane,
      planeAs: (person) => this.clients.create(this.userTokens(person), calls),
      projectIdOf: (workItem) => this.projects.projectIdOf(plane, workspace, workItem),
      installation,
      workspace,
      delivery: { id: deliveryId, attempt },
      logger: handlerLogger(handlerId, { deliveryId, attempt, workspace: slug }, log),
      signal,
    };
  }

  /** Plane's API as the app's bot where it is installed. */
  botClient(installation: Installation, calls: ClientOptions): PlaneClient {
    return this.clients.create(this.botTokens(installation), calls);
  }

  private botTokens(installation: Installation): TokenSupplier {
    return {
      live: () => this.tokens.accessToken(installation),
      insteadOf: (refused) => this.tokens.accessToken(installation, refused),
      budgetKey: `bot:${installation.id}`,
    };
  }

  /** Calls as a subject and as their Plane user draw on budgets of their own, though Plane counts them together. */
  private userTokens(person: string): TokenSupplier {
    return {
      live: async () => this.tokens.accessToken(await this.holderOf(person)),
      insteadOf: async (refused) => this.tokens.accessToken(await this.holderOf(person), refused),
      budgetKey: `user:${person}`,
    };
  }

  /** Whoever has linked nobody may be a Plane user; that one's token tells. */
  private async holderOf(person: string): Promise<{ planeUserId: string }> {
    return { planeUserId: (await this.links.planeUserOf(person)) ?? person };
  }
}
