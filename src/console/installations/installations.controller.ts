import { Body, Get, NotFoundException, Param, Post } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { PlaneConnections } from '../../config/plane-connections.js';
import { KeyInstallationsService } from '../../installations/key-installations.service.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { CatchUpOperations } from '../../operations/catch-up.operations.js';
import { keyText } from '../../webhooks/traffic-monitor/silent-workspace.js';
import { TrafficMonitorService } from '../../webhooks/traffic-monitor/traffic-monitor.service.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { type RawQuery, textIn } from '../parts/query.js';
import { catchUpView } from './catch-up.view.js';
import { installationView } from './installation.view.js';
import { installationsView } from './installations.view.js';

/** Changes that could not be recovered. */
const SHOWN_GAPS = 50;

/** `/console/installations`: the installations of the app. */
@ConsoleRoutes('/installations', 'viewer')
export class InstallationsController {
  private readonly several: boolean;

  constructor(
    private readonly installations: InstallationsService,
    private readonly traffic: TrafficMonitorService,
    private readonly keys: KeyInstallationsService,
    private readonly catchUps: CatchUpOperations,
    connections: PlaneConnections,
  ) {
    this.several = connections.all.length > 1;
  }

  @Get()
  async list(): Promise<ConsolePage> {
    const [installations, survey, connections] = await Promise.all([
      this.installations.all(),
      this.traffic.survey(),
      this.keys.all(),
    ]);
    const view = installationsView(installations, survey, connections, this.several);
    return new ConsolePage('installations', 'Installations', view);
  }

  @Get(':id')
  async show(@Param('id') id: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const installation = await this.require(id);
    const { workspaces } = await this.traffic.survey();
    const isLive = installation.status === 'installed';
    const ofWorkspace = workspaces.find((each) => keyText(each) === keyText(installation));
    const catchUp = catchUpView(await this.catchUps.show(installation, SHOWN_GAPS), operator);
    const view = installationView(
      installation,
      { traffic: isLive ? ofWorkspace : undefined, several: this.several },
      isLive ? catchUp : undefined,
    );
    return new ConsolePage('installations', installation.workspaceName, view);
  }

  @Post(':id/catch-up')
  @RequiresRole('operator')
  async catchUp(
    @Param('id') id: string,
    @Body() body: RawQuery,
    @CurrentOperator() operator: Operator,
  ): Promise<SeeOther> {
    const installation = await this.require(id);
    await this.catchUps.start(actorOf(operator), installation, textIn(body, 'since') ?? '');
    const done = `The catch-up of ${installation.workspaceSlug} is started.`;
    return SeeOther.done(`/console/installations/${id}`, done);
  }

  private async require(id: string): Promise<Installation> {
    const installation = isUuid(id) ? await this.installations.findById(id) : undefined;
    if (!installation) throw new NotFoundException('No installation has this id.');
    return installation;
  }
}
