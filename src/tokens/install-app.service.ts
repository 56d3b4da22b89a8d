import { Injectable, Logger } from '@nestjs/common';
import { type Installation } from '../installations/installation.js';
import { InstallationsService } from '../installations/installations.service.js';
import { LifecycleEventsService } from '../lifecycle/lifecycle-events.service.js';
import { type Grant, type PlaneInstallation } from '../plane/plane-answers.js';
import { QueueService } from '../queue/queue.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { tokenId } from './token-id.js';
import { botOf, TokenRemovalService } from './token-removal.service.js';
import { TokenStoreService } from './token-store.service.js';

/** Takes an install in: the installation, its bot's token, the jobs that waited for it, and word to the app. */
@Injectable()
export class InstallAppService {
  private readonly logger = new Logger(InstallAppService.name);

  constructor(
    private readonly installations: InstallationsService,
    private readonly store: TokenStoreService,
    private readonly removal: TokenRemovalService,
    private readonly lifecycle: LifecycleEventsService,
    private readonly queue: QueueService,
    private readonly cache: TokenCacheService,
  ) {}

  /** All or nothing; a second install of the same installation comes back under the same row. */
  async install(plane: PlaneInstallation, grant: Grant): Promise<Installation> {
    const installation = await this.installations.transaction(async (transaction) => {
      const { installation, added, superseded } = await this.installations.record(transaction, plane);
      for (const other of superseded) await this.removal.uninstall(transaction, other, new Date());
      await this.store.put(botOf(installation), grant, transaction);
      await this.queue.unpark(transaction, `install:${installation.workspaceId}`);
      const { id: installationId } = installation;
      if (added) await this.lifecycle.publish(transaction, { name: 'installation.added', installationId });
      return installation;
    });
    this.cache.delete(tokenId(botOf(installation)));
    const { workspaceSlug: workspace, installationId } = installation;
    this.logger.log({ msg: 'installed', workspace, installationId });
    return installation;
  }
}
