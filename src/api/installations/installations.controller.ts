import { Get, Param, Query } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { InstallationsService } from '../../installations/installations.service.js';
import { unknownInstallation } from '../http/api.errors.js';
import { ApiController, ApiId } from '../http/api-controller.decorator.js';
import { type Page, pageOf } from '../http/cursor.js';
import { ListQuery, pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { InstallationDto } from './installation.dto.js';

const ID = '0197b6a1-9e00-7c3e-8a5e-0d1f3a9b7c21';

/** The installations of the app. */
@ApiController('installations')
export class InstallationsController {
  constructor(private readonly installations: InstallationsService) {}

  @Get()
  @Route({
    id: 'listInstallations',
    role: 'viewer',
    summary: 'List the installations, by workspace',
    description: 'Includes uninstalled ones.',
    query: true,
    response: pageDto('InstallationsPage', InstallationDto),
  })
  async list(@Query() query: ListQuery): Promise<Page<InstallationDto>> {
    return pageOf(await this.installations.all(), query, ({ id }) => id, InstallationDto.of);
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
    const found = isUuid(id) ? await this.installations.findById(id) : undefined;
    if (!found) throw unknownInstallation(id);
    return InstallationDto.of(found);
  }
}
