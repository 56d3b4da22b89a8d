import { Get } from '@nestjs/common';
import { ConsolePage } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { OverviewService } from './overview.service.js';
import { overviewView } from './overview.view.js';

/** `/console`: what an operator looks at first. */
@ConsoleRoutes('', 'viewer')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  async show(): Promise<ConsolePage> {
    return new ConsolePage('overview', 'Overview', overviewView(await this.overview.read()));
  }
}
