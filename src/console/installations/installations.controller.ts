import { Get, NotFoundException, Param } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { InstallationsService } from '../../installations/installations.service.js';
import { TrafficMonitorService } from '../../webhooks/traffic-monitor/traffic-monitor.service.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { installationView } from './installation.view.js';
import { installationsView } from './installations.view.js';

/** `/console/installations`: where the app is. */
@ConsoleRoutes('/installations', 'viewer')
export class InstallationsController {
  constructor(
    private readonly installations: InstallationsService,
    private readonly silence: TrafficMonitorService,
  ) {}

  @Get()
  async list(): Promise<ConsolePage> {
    const [installations, survey] = await Promise.all([this.installations.all(), this.silence.survey()]);
    return new ConsolePage('installations', 'Installations', installationsView(installations, survey));
  }

  @Get(':id')
  async show(@Param('id') id: string): Promise<ConsolePage> {
    const installation = isUuid(id) ? await this.installations.findById(id) : undefined;
    if (!installation) throw new NotFoundException('There is no such installation.');
    const { workspaces } = await this.silence.survey();
    const live = installation.status === 'installed';
    const traffic = live
      ? workspaces.find(({ workspaceId }) => workspaceId === installation.workspaceId)
      : undefined;
    return new ConsolePage(
      'installations',
      installation.workspaceName,
      installationView(installation, traffic),
    );
  }
}
