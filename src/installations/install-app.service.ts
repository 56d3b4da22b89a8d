import { Injectable, Logger } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type PlaneConnection } from '../config/plane-connection.js';
import { type Grant, type PlaneInstallation } from '../plane/plane-answers.js';
import { QueueService } from '../queue/queue.service.js';
import { InstallParticipantsRegistry } from './install-participants.registry.js';
import { installOf, type Installation } from './installation.js';
import { InstallationsService } from './installations.service.js';

/** Records installs and uninstalls, each in one transaction with everything that depends on the installation. */
@Injectable()
export class InstallAppService {
  private readonly logger = new Logger(InstallAppService.name);

  constructor(
    private readonly installations: InstallationsService,
    private readonly participants: InstallParticipantsRegistry,
    private readonly queue: QueueService,
  ) {}

  /**
   * Stores the installation and, if there is one, its bot's token, and releases the events parked for it. A second install of the same
   * installation reuses its row.
   *
   * @param connection default: that without a name
   */
  async install(plane: PlaneInstallation, grant?: Grant, connection?: PlaneConnection): Promise<Installation> {
    const { installation, superseded } = await this.installations.transaction(async (transaction) => {
      const recorded = await this.installations.record(transaction, plane, connection);
      for (const other of recorded.superseded) await this.remove(transaction, other);
      for (const participant of this.participants.all())
        await participant.onInstall(transaction, recorded.installation, grant, recorded.added);
      await this.queue.unpark(transaction, installOf(recorded.installation));
      return recorded;
    });
    this.committed(installation, ...superseded);
    const { workspaceSlug: workspace, installationId } = installation;
    this.logger.log({ msg: 'installed', workspace, installationId });
    return installation;
  }

  /**
   * Marks the installation as uninstalled and ends what depends on it, also where it was marked before.
   *
   * @param at default: now, by the database's clock, which events are compared with
   */
  async uninstall(installation: Installation, at?: Date): Promise<void> {
    await this.installations.transaction(async (transaction) => this.remove(transaction, installation, at));
    this.committed(installation);
  }

  private async remove(transaction: EntityManager, installation: Installation, at?: Date): Promise<void> {
    const removed = await this.installations.uninstall(transaction, installation, at);
    for (const participant of this.participants.all())
      await participant.onUninstall(transaction, installation, removed);
    const { workspaceSlug: workspace } = installation;
    if (removed) this.logger.warn({ msg: 'uninstalled; the bot token is revoked', workspace });
  }

  private committed(...installations: readonly Installation[]): void {
    for (const participant of this.participants.all())
      for (const installation of installations) participant.afterCommit?.(installation);
  }
}
