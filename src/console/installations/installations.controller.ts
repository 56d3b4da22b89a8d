import { Get, NotFoundException, Param } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { KeyInstallationsService } from '../../installations/key-installations.service.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { TrafficMonitorService } from '../../webhooks/traffic-monitor/traffic-monitor.service.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { installationView } from './installation.view.js';
import { installationsView } from './installations.view.js';

/** `/console/installations`: the installations of the app. */
@ConsoleRoutes('/installations', 'viewer')
export class InstallationsController {
  constructor(
    private readonly installations: InstallationsService,
    private readonly traffic: TrafficMonitorService,
    private readonly keys: KeyInstallationsService,
  ) {}

  @Get()
  async list(): Promise<ConsolePage> {
    const [installations, survey, connections] = await Promise.all([
      this.installations.all(),
      this.traffic.survey(),
      this.keys.all(),
    ]);
    return new ConsolePage('installations', 'Installations', installationsView(installations, survey, connections));
  }

  @Get(':id')
  async show(@Param('id') id: string): Promise<ConsolePage> {
    const installation = isUuid(id) ? await this.installations.findById(id) : undefined;
    if (!installation) throw new NotFoundException('No installation has this id.');
    const { workspaces } = await this.traffic.survey();
    const isLive = installation.status === 'installed';
    const ofWorkspace = workspaces.find(({ workspaceId }) => workspaceId === installation.workspaceId);
    const view = installationView(installation, isLive ? ofWorkspace : undefined);
    return new ConsolePage('installations', installation.workspaceName, view);
  }
}
