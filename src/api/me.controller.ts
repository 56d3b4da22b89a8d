import { Delete, Get, Param } from '@nestjs/common';
import { CurrentOperator } from '../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../identity/operator.js';
import { unknownLink } from '../identity/people/people.errors.js';
import { PeopleService } from '../identity/people/people.service.js';
import { PeopleOperations } from '../operations/people.operations.js';
import { ApiController } from './http/api-controller.decorator.js';
import { ApiId } from './http/api-id.decorator.js';
import { Route } from './http/route.decorator.js';
import { MeDto } from './me.dto.js';

/** `/api/v1/me`: who am I, and which Plane users are mine. */
@ApiController('me')
export class MeController {
  constructor(
    private readonly people: PeopleService,
    private readonly actions: PeopleOperations,
  ) {}

  /** Who sends the request. */
  @Get()
  @Route({ id: 'getMe', role: 'signed-in', summary: 'Who sends the request', response: MeDto })
  async me(@CurrentOperator() operator: Operator): Promise<MeDto> {
    return MeDto.of(operator, await this.people.linksOf(operator.subject));
  }

  /** Takes one of their own links away: the app no longer acts as that Plane user. */
  @Delete('links/:planeUserId')
  @ApiId("One's own id in Plane", '5e0a7c1b-2d3f-4a6b-8c9d-0e1f2a3b4c5d', 'planeUserId')
  @Route({
    id: 'removeMyLink',
    role: 'signed-in',
    summary: "Remove one's own link to a Plane user, and revoke its token",
    errors: [unknownLink()],
  })
  async unlink(
    @CurrentOperator() operator: Operator,
    @Param('planeUserId') planeUserId: string,
  ): Promise<void> {
    await this.actions.unlink(actorOf(operator), operator.subject, planeUserId);
  }
}
