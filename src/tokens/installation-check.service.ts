import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Drain } from '../config/drain.js';
import { type Installation } from '../installations/installation.js';
import { InstallationsService, isInstalled } from '../installations/installations.service.js';
import { PlaneError } from '../plane/plane.error.js';
import { type PlaneInstallation } from '../plane/plane-answers.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { botOf, TokenRemovalService } from './token-removal.service.js';
import { TokenSupplyService } from './token-supply.service.js';

const TICK_MS = 5000;
const CHECKS_PER_TICK = 50;
const CONCURRENCY = 5;
const UNAUTHORIZED = 401;

/**
 * The role `scheduler`: asks Plane now and then whether the app is still installed. Plane sends no event when it is
 * uninstalled (contract §4); a renamed workspace is learned of by the same look.
 */
@Injectable()
export class InstallationCheckService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(InstallationCheckService.name);
  private running: Promise<void> | undefined;

  constructor(
    private readonly installations: InstallationsService,
    private readonly supply: TokenSupplyService,
    private readonly plane: PlaneOAuthService,
    private readonly removal: TokenRemovalService,
    private readonly drain: Drain,
  ) {}

  /** Looks at the installations whose look is due; skipped while the one before is under way. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (this.running || this.drain.draining.aborted) return;
    this.running = this.poll().finally(() => (this.running = undefined));
    await this.running;
  }

  /** What was claimed is looked at: its next look is far. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.running) await this.drain.waitWithinDeadline(this.running);
  }

  private async poll(): Promise<void> {
    try {
      await this.checkDue();
    } catch (error) {
      this.logger.error({ msg: 'installations could not be looked at; the next tick goes on', err: error });
    }
  }

  private async checkDue(): Promise<void> {
    for (let looks = 0; looks < CHECKS_PER_TICK && !this.drain.draining.aborted; looks += CONCURRENCY) {
      const due = await this.installations.claimForCheck(CONCURRENCY);
      await Promise.all(due.map((installation) => this.checkOne(installation)));
      if (due.length < CONCURRENCY) return;
    }
  }

  /** What fails is looked at again the next time; a refused token has been dealt with by its renewal. */
  private async checkOne(installation: Installation): Promise<void> {
    try {
      await this.check(installation);
    } catch (error) {
      const { workspaceSlug: workspace } = installation;
      this.logger.warn({ msg: 'an installation could not be looked at', workspace, err: error });
    }
  }

  private async check(installation: Installation): Promise<void> {
    const found = await this.read(installation);
    if (found && isInstalled(found)) {
      await this.installations.refresh(installation, found);
      return;
    }
    const at = found?.deleted_at ? new Date(found.deleted_at) : new Date();
    await this.removal.removeBot(botOf(installation), at);
  }

  private async read(installation: Installation): Promise<PlaneInstallation | undefined> {
    const { installationId } = installation;
    const owner = botOf(installation);
    const token = await this.supply.liveToken(owner);
    try {
      return await this.plane.readInstallation(token, installationId);
    } catch (error) {
      if (!(error instanceof PlaneError) || error.planeStatus !== UNAUTHORIZED) throw error;
      return this.plane.readInstallation(await this.supply.liveToken(owner, token), installationId);
    }
  }
}
