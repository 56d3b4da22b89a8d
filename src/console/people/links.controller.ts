import { Body, Get, Post } from '@nestjs/common';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { PeopleService } from '../../identity/people/people.service.js';
import { PeopleOperations } from '../../operations/people.operations.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { type RawQuery, textIn } from '../parts/query.js';
import { myLinksView } from './links.view.js';

/** `/console/links`: the operator's own links to Plane accounts; needs no role. */
@ConsoleRoutes('/links', 'signed-in')
export class LinksController {
  constructor(
    private readonly people: PeopleService,
    private readonly operations: PeopleOperations,
  ) {}

  @Get()
  async list(@CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const links = await this.people.linksOf(operator.subject);
    return new ConsolePage('links', 'My links', myLinksView(links, operator));
  }

  @Post('unlink')
  async unlink(@Body() body: RawQuery, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    await this.operations.unlink(actorOf(operator), operator.subject, textIn(body, 'planeUserId') ?? '');
    return SeeOther.done('/console/links', 'The link was removed and its token revoked.');
  }
}
