import { Delete, Get, Param } from '@nestjs/common';
import { CurrentOperator } from '../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../identity/operator.js';
import { unknownLink } from '../identity/people/people.errors.js';
import { PeopleService } from '../identity/people/people.service.js';
import { PeopleOperations } from '../operations/people.operations.js';
import { ApiController, ApiId } from './http/api-controller.decorator.js';
import { Route } from './http/route.decorator.js';
import { MeDto } from './me.dto.js';

/** `/api/v1/me`: the signed-in operator and their links to Plane users. */
@ApiController('me')
export class MeController {
  constructor(
    private readonly people: PeopleService,
    private readonly operations: PeopleOperations,
  ) {}

  @Get()
  @Route({
    id: 'getMe',
    role: 'signed-in',
    summary: 'Get the operator who sends the request',
    response: MeDto,
  })
  async me(@CurrentOperator() operator: Operator): Promise<MeDto> {
    return MeDto.of(operator, await this.people.linksOf(operator.subject));
  }

  @Delete('links/:planeUserId')
  @ApiId('Id of the linked Plane user', '5e0a7c1b-2d3f-4a6b-8c9d-0e1f2a3b4c5d', 'planeUserId')
  @Route({
    id: 'removeMyLink',
    role: 'signed-in',
    summary: 'Remove your link to a Plane user and revoke its token',
    errors: [unknownLink()],
  })
  async unlink(@CurrentOperator() operator: Operator, @Param('planeUserId') planeUserId: string): Promise<void> {
    await this.operations.unlink(actorOf(operator), operator.subject, planeUserId);
  }
}
