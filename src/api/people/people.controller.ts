import { Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { unknownLink, unknownPerson, unusableSubject } from '../../identity/people/people.errors.js';
import { PeopleService } from '../../identity/people/people.service.js';
import { PeopleOperations } from '../../operations/people.operations.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { ApiId } from '../http/api-id.decorator.js';
import { mapPage, type Page, pageOf } from '../http/cursor.js';
import { requireMatch, sendVersioned } from '../http/etag.js';
import { ListQuery } from '../http/list.query.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { ListedPersonDto, PersonDto } from './person.dto.js';

const SUBJECT = '00u1a2b3c4D5e6F7g8h9';
const Subject = ApiId('The subject at the identity provider', SUBJECT, 'subject');
const NOBODY = unknownPerson(SUBJECT);

/** The people who sign in, and the Plane users they have linked. */
@ApiController('people')
export class PeopleController {
  constructor(
    private readonly people: PeopleService,
    private readonly actions: PeopleOperations,
  ) {}

  @Get()
  @Route({
    id: 'listPeople',
    role: 'admin',
    summary: 'The people who have signed in, or are kept from it; who was here last first',
    query: true,
    response: pageDto('PeoplePage', ListedPersonDto),
  })
  async list(@Query() query: ListQuery): Promise<Page<ListedPersonDto>> {
    return mapPage(
      pageOf(await this.people.list(), query, ({ subject }) => subject),
      ListedPersonDto.of,
    );
  }

  @Get(':subject')
  @Subject
  @Route({
    id: 'getPerson',
    role: 'admin',
    summary: 'One person',
    version: 'read',
    response: PersonDto,
    errors: [NOBODY],
  })
  async get(
    @Param('subject') subject: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendVersioned(request, reply, await this.toDto(subject));
  }

  @Post(':subject/disable')
  @Subject
  @Route({
    id: 'disablePerson',
    role: 'admin',
    summary: 'Keep a person out, also one who was never here',
    description:
      'Their sessions end, their sign-ins and bearer tokens are refused, and the tokens of the Plane users they have linked are revoked.',
    idempotent: true,
    version: 'changed',
    response: PersonDto,
    errors: [NOBODY, unusableSubject()],
  })
  async disable(
    @CurrentOperator() operator: Operator,
    @Param('subject') subject: string,
    @Req() request: FastifyRequest,
  ): Promise<PersonDto> {
    await requireMatch(request, () => this.toDto(subject));
    await this.actions.disable(actorOf(operator), subject);
    return this.toDto(subject);
  }

  @Post(':subject/enable')
  @Subject
  @Route({
    id: 'enablePerson',
    role: 'admin',
    summary: 'Let a disabled person sign in again',
    description: 'What was revoked is not given back: they link their Plane users anew.',
    idempotent: true,
    version: 'changed',
    response: PersonDto,
    errors: [NOBODY],
  })
  async enable(
    @CurrentOperator() operator: Operator,
    @Param('subject') subject: string,
    @Req() request: FastifyRequest,
  ): Promise<PersonDto> {
    await requireMatch(request, () => this.toDto(subject));
    await this.actions.enable(actorOf(operator), subject);
    return this.toDto(subject);
  }

  @Delete(':subject/links/:planeUserId')
  @Subject
  @ApiId("The person's id in Plane", '5e0a7c1b-2d3f-4a6b-8c9d-0e1f2a3b4c5d', 'planeUserId')
  @Route({
    id: 'removeLink',
    role: 'admin',
    summary: "Remove a person's link to a Plane user, and revoke its token",
    errors: [unknownLink()],
  })
  async unlink(
    @CurrentOperator() operator: Operator,
    @Param('subject') subject: string,
    @Param('planeUserId') planeUserId: string,
  ): Promise<void> {
    await this.actions.unlink(actorOf(operator), subject, planeUserId);
  }

  private async toDto(subject: string): Promise<PersonDto> {
    const found = await this.people.require(subject);
    return PersonDto.withLinks(found, await this.people.linksOf(subject));
  }
}
