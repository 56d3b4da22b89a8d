import { Body, Get, Param, Post, Query } from '@nestjs/common';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { PeopleService } from '../../identity/people/people.service.js';
import { PeopleOperations } from '../../operations/people.operations.js';
import { ConsolePage, SeeOther } from '../frame/console-page.js';
import { ConsoleRoutes } from '../frame/console-routes.decorator.js';
import { givenOf, type RawQuery, textIn } from '../parts/query.js';
import { nameOf, peopleView, personPath, personView } from './people.view.js';

const PAGE_SIZE = 50;

/** `/console/people`: the people who have signed in or were disabled. */
@ConsoleRoutes('/people', 'admin')
export class PeopleController {
  constructor(
    private readonly people: PeopleService,
    private readonly operations: PeopleOperations,
  ) {}

  @Get()
  async list(@Query() query: RawQuery): Promise<ConsolePage> {
    const given = givenOf(query, ['before']);
    const page = await this.people.page(PAGE_SIZE, textIn(query, 'before'));
    return new ConsolePage('people', 'People', peopleView(page, given));
  }

  @Get(':subject')
  async show(@Param('subject') subject: string, @CurrentOperator() operator: Operator): Promise<ConsolePage> {
    const person = await this.people.require(subject);
    const links = await this.people.linksOf(subject);
    return new ConsolePage('people', nameOf(person), personView(person, links, operator));
  }

  @Post(':subject/disable')
  async disable(@Param('subject') subject: string, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    const person = await this.people.require(subject);
    if (subject === operator.subject) return SeeOther.failed(personPath(subject), 'You cannot disable yourself.');
    await this.operations.disable(actorOf(operator), subject);
    return SeeOther.done(personPath(subject), `${nameOf(person)} is disabled.`);
  }

  @Post(':subject/enable')
  async enable(@Param('subject') subject: string, @CurrentOperator() operator: Operator): Promise<SeeOther> {
    const person = await this.people.require(subject);
    await this.operations.enable(actorOf(operator), subject);
    return SeeOther.done(personPath(subject), `${nameOf(person)} is enabled.`);
  }

  @Post(':subject/unlink')
  async unlink(
    @Param('subject') subject: string,
    @Body() body: RawQuery,
    @CurrentOperator() operator: Operator,
  ): Promise<SeeOther> {
    await this.operations.unlink(actorOf(operator), subject, textIn(body, 'planeUserId') ?? '');
    return SeeOther.done(personPath(subject), 'The link was removed and its token revoked.');
  }
}
