import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { PeopleService } from '../../identity/people/people.service.js';
import { RequiresRole } from '../../identity/requires-role.decorator.js';
import { PeopleActionsService } from '../actions/people-actions.service.js';

/** What an operator is told of themselves. */
export interface Me {
  readonly kind: Operator['kind'];
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly role: string | null;
  /** The Plane users that they have let the app act as, the newest first. */
  readonly links: readonly { readonly planeUserId: string; readonly linkedAt: Date }[];
  /** Of a session: scripts send it back in `x-csrf-token` with what acts. */
  readonly csrfToken: string | null;
}

/** `/api/v1/me`: who am I, and which Plane users are mine. */
@Controller('api/v1/me')
@RequiresRole('signed-in')
export class MeController {
  constructor(
    private readonly people: PeopleService,
    private readonly actions: PeopleActionsService,
  ) {}

  /** Who sends the request. */
  @Get()
  async me(@CurrentOperator() operator: Operator): Promise<Me> {
    const { kind, issuer, subject, name = null, email = null, role = null, csrfToken = null } = operator;
    const links = await this.people.linksOf(subject);
    return { kind, issuer, subject, name, email, role, links, csrfToken };
  }

  /** Takes one of their own links away: the app no longer acts as that Plane user. */
  @Delete('links/:planeUserId')
  @HttpCode(204)
  async unlink(
    @CurrentOperator() operator: Operator,
    @Param('planeUserId') planeUserId: string,
  ): Promise<void> {
    await this.actions.unlink(actorOf(operator), operator.subject, planeUserId);
  }
}
