import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { catchUpRunning, catchUpSinceInvalid, catchUpTooEarly } from '../../catch-up/catch-up.errors.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { CatchUpOperations } from '../../operations/catch-up.operations.js';
import { requireConnection, unknownInstallation } from '../http/api.errors.js';
import { ApiController, ApiId } from '../http/api-controller.decorator.js';
import { type Page, pageOf } from '../http/cursor.js';
import { ListQuery, pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { CatchUpDto, CatchUpRunDto, StartCatchUpDto, UnrecoverableDto } from './catch-up.dto.js';
import { InstallationDto, InstallationsQuery } from './installation.dto.js';

const ID = '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21';

/** The installations of the app. */
@ApiController('installations')
export class InstallationsController {
  constructor(
    private readonly installations: InstallationsService,
    private readonly catchUps: CatchUpOperations,
    private readonly connections: PlaneConnections,
  ) {}

  @Get()
  @Route({
    id: 'listInstallations',
    role: 'viewer',
    summary: 'List the installations, by workspace',
    description: 'Includes uninstalled ones.',
    query: true,
    response: pageDto('InstallationsPage', InstallationDto),
  })
  async list(@Query() { connection, ...query }: InstallationsQuery): Promise<Page<InstallationDto>> {
    const all = await this.installations.all();
    const found = all.filter(({ connectionId }) => connection === undefined || connectionId === connection);
    requireConnection(connection, this.connections, found);
    return pageOf(found, query, ({ id }) => id, InstallationDto.of);
  }

  @Get(':id')
  @ApiId("Hangar's id of the installation", ID)
  @Route({
    id: 'getInstallation',
    role: 'viewer',
    summary: 'Get one installation',
    response: InstallationDto,
    errors: [unknownInstallation(ID)],
  })
  async get(@Param('id') id: string): Promise<InstallationDto> {
    return InstallationDto.of(await this.require(id));
  }

  @Get(':id/catch-up')
  @ApiId("Hangar's id of the installation", ID)
  @Route({
    id: 'getCatchUp',
    role: 'viewer',
    summary: 'Get the catch-ups of an installation',
    description: 'Since when webhooks are missing, until when changes are known, and the last ten catch-ups.',
    response: CatchUpDto,
    errors: [unknownInstallation(ID)],
  })
  async catchUp(@Param('id') id: string): Promise<CatchUpDto> {
    return CatchUpDto.of(await this.catchUps.show(await this.require(id), 0));
  }

  @Post(':id/catch-up')
  @ApiId("Hangar's id of the installation", ID)
  @Route({
    id: 'startCatchUp',
    role: 'operator',
    summary: 'Start a catch-up of an installation',
    description: "Changes that no webhook announced are read from Plane's API and become events.",
    response: CatchUpRunDto,
    idempotent: true,
    errors: [unknownInstallation(ID), catchUpSinceInvalid('soon'), catchUpTooEarly(14), catchUpRunning()],
  })
  async startCatchUp(
    @CurrentOperator() operator: Operator,
    @Param('id') id: string,
    @Body() { since }: StartCatchUpDto,
  ): Promise<CatchUpRunDto> {
    return CatchUpRunDto.of(await this.catchUps.start(actorOf(operator), await this.require(id), since));
  }

  @Get(':id/catch-up/unrecoverable')
  @ApiId("Hangar's id of the installation", ID)
  @Route({
    id: 'listUnrecoverable',
    role: 'viewer',
    summary: 'List the changes that cannot be recovered, the newest first',
    description: 'At most the last 1000.',
    query: true,
    response: pageDto('UnrecoverablePage', UnrecoverableDto),
    errors: [unknownInstallation(ID)],
  })
  async unrecoverable(@Param('id') id: string, @Query() query: ListQuery): Promise<Page<UnrecoverableDto>> {
    const { gaps } = await this.catchUps.show(await this.require(id));
    return pageOf(gaps, query, (gap) => gap.id, UnrecoverableDto.of);
  }

  private async require(id: string): Promise<Installation> {
    const found = isUuid(id) ? await this.installations.findById(id) : undefined;
    if (!found) throw unknownInstallation(id);
    return found;
  }
}
