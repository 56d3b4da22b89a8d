import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LinksService } from '../../identity/people/links.service.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { KeyInstallationsService } from '../../installations/key-installations.service.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type LeasedJob } from '../../queue/leased-job.js';
import { type Awaited, QueueService } from '../../queue/queue.service.js';
import { type RunResult } from '../../queue/queue.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { parked } from './run-result.js';

/** Parks events until an install, a consent or a working key, which may happen while the event is being parked. */
@Injectable()
export class ParkingService implements OnApplicationBootstrap {
  private readonly logger = new Logger(ParkingService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: QueueService,
    private readonly installations: InstallationsService,
    private readonly tokens: TokensService,
    private readonly links: LinksService,
    private readonly keys: KeyInstallationsService,
    private readonly connections: PlaneConnections,
  ) {}

  /**
   * Releases the events of workspaces where the app is installed: they were parked while PLANE_BASE_URL named another Plane,
   * or spelled it in another way.
   */
  async onApplicationBootstrap(): Promise<void> {
    try {
      for (const workspaceId of await this.queue.parkedFor('install:')) await this.release(workspaceId);
    } catch (err) {
      this.logger.error({ msg: 'failed to release parked events; they stay parked', err });
    }
  }

  private async release(workspaceId: string): Promise<void> {
    const installation = await this.installations.findByWorkspace(workspaceId);
    if (installation?.status !== 'installed') return;
    const released = await this.dataSource.transaction((transaction) =>
      this.queue.unpark(transaction, `install:${workspaceId}`),
    );
    this.logger.log({ msg: 'parked events released: the app is installed', workspaceId, released });
  }

  /** Until the app is installed in the workspace, for the first time or again. */
  async untilInstalled(job: LeasedJob, workspaceId: string): Promise<RunResult<never>> {
    await this.park(job, `install:${workspaceId}`, async () => {
      const installation = await this.installations.findByWorkspace(workspaceId);
      return installation?.status === 'installed';
    });
    return parked('the app is installed');
  }

  /** Until the Plane user consents. */
  async untilConsent(job: LeasedJob, planeUserId: string): Promise<RunResult<never>> {
    await this.park(job, `consent:${planeUserId}`, async () => this.tokens.hasConsented(planeUserId));
    return parked(`Plane user ${planeUserId} consents`);
  }

  /** Until the person links a Plane user. */
  async untilLinked(job: LeasedJob, subject: string): Promise<RunResult<never>> {
    const isLinked = async (): Promise<boolean> => (await this.links.planeUserOf(subject)) !== undefined;
    await this.park(job, `link:${subject}`, isLinked);
    return parked(`subject ${subject} links a Plane user`);
  }

  /** Until the connection's API key works in its workspace. */
  async untilKeyWorks(job: LeasedJob): Promise<RunResult<never>> {
    const { id } = this.connections.default;
    await this.park(job, `key:${id}`, async () => (await this.keys.state(id)) === 'working');
    return parked('the API key works');
  }

  private async park(job: LeasedJob, awaits: Awaited, happened: () => Promise<boolean>): Promise<void> {
    await this.queue.park(job, awaits);
    if (await happened()) await this.dataSource.transaction((transaction) => this.queue.unpark(transaction, awaits));
  }
}
