import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LinksService } from '../../identity/people/links.service.js';
import { DEFAULT_CONNECTION } from '../../config/plane-connection.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { installOf, type Installation } from '../../installations/installation.js';
import { KeyInstallationsService } from '../../installations/key-installations.service.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type LinkNeededError } from '../clients/user.errors.js';
import { type LeasedJob } from '../../queue/leased-job.js';
import { type Awaited, QueueService } from '../../queue/queue.service.js';
import { type RunResult } from '../../queue/queue.js';
import { type ConsentNeededError } from '../../tokens/tokens.errors.js';
import { consentOf, TokensService } from '../../tokens/tokens.service.js';
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

  private async release(awaited: string): Promise<void> {
    const { connectionId, workspaceId } = this.workspaceIn(awaited);
    const installation = await this.installations.findByWorkspace(workspaceId, connectionId);
    if (installation?.status !== 'installed') return;
    const released = await this.dataSource.transaction((transaction) =>
      this.queue.unpark(transaction, `install:${awaited}`),
    );
    this.logger.log({ msg: 'parked events released: the app is installed', workspaceId, released });
  }

  /** What {@link installOf} names, without its prefix. */
  private workspaceIn(awaited: string): Pick<Installation, 'connectionId' | 'workspaceId'> {
    const [connectionId = '', ...rest] = awaited.split('/');
    const isNamed = rest.length > 0 && this.connections.find(connectionId) !== undefined;
    return isNamed
      ? { connectionId, workspaceId: rest.join('/') }
      : { connectionId: DEFAULT_CONNECTION, workspaceId: awaited };
  }

  /** Until the app is installed in the workspace, for the first time or again. */
  async untilInstalled(
    job: LeasedJob,
    workspace: Pick<Installation, 'connectionId' | 'workspaceId'>,
  ): Promise<RunResult<never>> {
    await this.park(job, installOf(workspace), async () => {
      const { connectionId, workspaceId } = workspace;
      const installation = await this.installations.findByWorkspace(workspaceId, connectionId);
      return installation?.status === 'installed';
    });
    return parked('the app is installed');
  }

  /** Until the Plane user consents. */
  async untilConsent(job: LeasedJob, { planeUserId, connectionId }: ConsentNeededError): Promise<RunResult<never>> {
    const hasConsented = async (): Promise<boolean> => this.tokens.hasConsented(planeUserId, connectionId);
    await this.park(job, consentOf(planeUserId, connectionId), hasConsented);
    return parked(`Plane user ${planeUserId} consents`);
  }

  /** Until the person links a Plane user of that Plane. */
  async untilLinked(job: LeasedJob, { subject, baseUrl }: LinkNeededError): Promise<RunResult<never>> {
    const isLinked = async (): Promise<boolean> => (await this.links.planeUserOf(subject, baseUrl)) !== undefined;
    await this.park(job, `link:${subject}`, isLinked);
    return parked(`subject ${subject} links a Plane user`);
  }

  /** Until the connection's API key works in its workspace. */
  async untilKeyWorks(job: LeasedJob, { connectionId: id }: Installation): Promise<RunResult<never>> {
    await this.park(job, `key:${id}`, async () => (await this.keys.state(id)) === 'working');
    return parked('the API key works');
  }

  private async park(job: LeasedJob, awaits: Awaited, happened: () => Promise<boolean>): Promise<void> {
    await this.queue.park(job, awaits);
    if (await happened()) await this.dataSource.transaction((transaction) => this.queue.unpark(transaction, awaits));
  }
}
