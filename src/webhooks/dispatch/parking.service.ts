import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LinksService } from '../../identity/people/links.service.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type QueuedJob } from '../../queue/queue.js';
import { QueueService } from '../../queue/queue.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { parked, type RunOutcome } from './run-result.js';

/** Sets events aside that wait for a person. What they wait for may come while they are being set aside. */
@Injectable()
export class ParkingService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly queue: QueueService,
    private readonly installations: InstallationsService,
    private readonly tokens: TokensService,
    private readonly links: LinksService,
  ) {}

  /** Until the app is installed in the workspace again. */
  async untilInstalled(queue: string, job: QueuedJob<object>, workspaceId: string): Promise<RunOutcome> {
    await this.park(queue, job, `install:${workspaceId}`, async () => {
      const installation = await this.installations.findByWorkspace(workspaceId);
      return installation?.status === 'installed';
    });
    return parked('the app is installed again');
  }

  /** Until the person consents. @param person Plane user, or a subject that has linked none */
  async untilConsent(queue: string, job: QueuedJob<object>, person: string): Promise<RunOutcome> {
    await this.park(queue, job, `consent:${person}`, async () =>
      this.tokens.hasConsented((await this.links.planeUserOf(person)) ?? person),
    );
    return parked(`Plane user ${person} consents`);
  }

  private async park(
    queue: string,
    job: QueuedJob<object>,
    awaits: Parameters<QueueService['park']>[2],
    hasCome: () => Promise<boolean>,
  ): Promise<void> {
    await this.queue.park(queue, job, awaits);
    if (await hasCome())
      await this.dataSource.transaction((transaction) => this.queue.unpark(transaction, awaits));
  }
}
