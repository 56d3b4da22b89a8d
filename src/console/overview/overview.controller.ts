import { Get, NotFoundException } from '@nestjs/common';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { OverviewService } from './overview.service.js';
import { overviewView } from './overview.view.js';

/** `/console`: the overview, and 404 for every unknown page. */
@ConsoleRoutes('', 'viewer')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  async show(): Promise<ConsolePage> {
    return new ConsolePage('overview', 'Overview', overviewView(await this.overview.read()));
  }

  @Get('*')
  @RequiresRole('signed-in')
  unknown(): never {
    throw new NotFoundException('The console has no such page.');
  }
}
