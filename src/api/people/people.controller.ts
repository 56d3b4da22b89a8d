import { Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { unknownLink, unknownPerson, unusableSubject } from '../../identity/people/people.errors.js';
import { PeopleService } from '../../identity/people/people.service.js';
import { isSubject } from '../../identity/profile.js';
import { PeopleOperations } from '../../operations/people.operations.js';
import { ApiController, ApiId } from '../http/api-controller.decorator.js';
import { cursorOf, type Page, positionOf } from '../http/cursor.js';
import { requiredMatch, sendVersioned } from '../http/etag.js';
import { ListQuery, pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { toDto } from '../http/to-dto.js';
import { ListedPersonDto, PersonDto } from './person.dto.js';

const SUBJECT = '00u1a2b3c4D5e6F7g8h9';
const Subject = ApiId('The subject at the identity provider', SUBJECT, 'subject');
const UNKNOWN = unknownPerson(SUBJECT);

/** The people who sign in, and their links to Plane users. */
@ApiController('people')
export class PeopleController {
  constructor(
    private readonly people: PeopleService,
    private readonly operations: PeopleOperations,
  ) {}

  @Get()
  @Route({
    id: 'listPeople',
    role: 'admin',
    summary: 'List the people who have signed in or were disabled, most recently seen first',
    query: true,
    response: pageDto('PeoplePage', ListedPersonDto),
  })
  async list(@Query() query: ListQuery): Promise<Page<ListedPersonDto>> {
    const { people, next } = await this.people.page(query.limit, positionOf(query.cursor, isSubject));
    return {
      items: people.map((person) => toDto(ListedPersonDto, person)),
      ...(next !== undefined && { next: cursorOf(next) }),
    };
  }

  @Get(':subject')
  @Subject
  @Route({
    id: 'getPerson',
    role: 'admin',
    summary: 'Get one person',
    version: 'read',
    response: PersonDto,
    errors: [UNKNOWN],
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
    summary: 'Disable a person, who need not have signed in yet',
    description:
      'Ends their sessions, rejects their sign-ins and bearer tokens, and revokes the tokens of their linked Plane users.',
    idempotent: true,
    version: 'changed',
    response: PersonDto,
    errors: [UNKNOWN, unusableSubject()],
  })
  async disable(
    @CurrentOperator() operator: Operator,
    @Param('subject') subject: string,
    @Req() request: FastifyRequest,
  ): Promise<PersonDto> {
    await this.operations.disable(
      actorOf(operator),
      subject,
      requiredMatch(request, () => this.toDto(subject)),
    );
    return this.toDto(subject);
  }

  @Post(':subject/enable')
  @Subject
  @Route({
    id: 'enablePerson',
    role: 'admin',
    summary: 'Enable a disabled person',
    description: 'Revoked tokens are not restored: the person links their Plane users again.',
    idempotent: true,
    version: 'changed',
    response: PersonDto,
    errors: [UNKNOWN],
  })
  async enable(
    @CurrentOperator() operator: Operator,
    @Param('subject') subject: string,
    @Req() request: FastifyRequest,
  ): Promise<PersonDto> {
    await this.operations.enable(
      actorOf(operator),
      subject,
      requiredMatch(request, () => this.toDto(subject)),
    );
    return this.toDto(subject);
  }

  @Delete(':subject/links/:planeUserId')
  @Subject
  @ApiId('Id of the linked Plane user', '5e0a7c1b-2d3f-4a6b-8c9d-0e1f2a3b4c5d', 'planeUserId')
  @Route({
    id: 'removeLink',
    role: 'admin',
    summary: "Remove a person's link to a Plane user and revoke its token",
    errors: [unknownLink()],
  })
  async unlink(
    @CurrentOperator() operator: Operator,
    @Param('subject') subject: string,
    @Param('planeUserId') planeUserId: string,
  ): Promise<void> {
    await this.operations.unlink(actorOf(operator), subject, planeUserId);
  }

  private async toDto(subject: string): Promise<PersonDto> {
    const found = await this.people.require(subject);
    return PersonDto.withLinks(found, await this.people.linksOf(subject));
  }
}
