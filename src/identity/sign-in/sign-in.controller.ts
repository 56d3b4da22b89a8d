import { Controller, Get, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { pageHeaders } from '../../common/page.js';
import { CurrentOperator } from '../current-operator.decorator.js';
import { type Operator } from '../operator.js';
import { RequiresRole } from '../requires-role.decorator.js';
import { ConsolePageFilter } from './console-page.filter.js';
import { noRolePage, signedOutPage } from './sign-in.pages.js';
import { type SignInQuery, SignInService } from './sign-in.service.js';
import { SignOutService } from './sign-out.service.js';

const FOUND = 302;
const SEE_OTHER = 303;
const FORBIDDEN = 403;

/** Sign-in and sign-out at the identity provider. */
@Controller('console')
@UseFilters(ConsolePageFilter)
export class SignInController {
  constructor(
    private readonly signIns: SignInService,
    private readonly signOuts: SignOutService,
  ) {}

  /** Redirects to the identity provider; with the development token directly to the requested page. */
  @Get('sign-in')
  @RequiresRole('public')
  async signIn(@Query() query: SignInQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const location = await this.signIns.begin(query, request, reply);
    await reply.header('cache-control', 'no-store').redirect(location, FOUND);
  }

  /** The redirect URI: finishes the sign-in. */
  @Get('sign-in/callback')
  @RequiresRole('public')
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const location = await this.signIns.finish(request, reply);
    await reply.header('cache-control', 'no-store').redirect(location, SEE_OTHER);
  }

  /** The page for a person without a role. */
  @Get('no-role')
  @RequiresRole('signed-in')
  async noRole(
    @CurrentOperator() operator: Operator,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (operator.role) return void (await reply.redirect('/console', FOUND));
    const formAction = ["'self'", await this.signOuts.signOutOrigin()].filter(Boolean).join(' ');
    const page = noRolePage(operator, this.signIns.rolesClaim, await this.signIns.seenRoleValues(request));
    await reply.status(FORBIDDEN).headers(pageHeaders(formAction)).send(page);
  }

  /** Ends the session here and, if the identity provider supports it, there. */
  @Post('sign-out')
  @RequiresRole('signed-in')
  async signOut(
    @CurrentOperator() operator: Operator,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const location = await this.signOuts.signOut(operator, request, reply);
    await reply.header('cache-control', 'no-store').redirect(location, SEE_OTHER);
  }

  /** The page after a sign-out. */
  @Get('signed-out')
  @RequiresRole('public')
  async signedOut(@Query('provider') provider: unknown, @Res() reply: FastifyReply): Promise<void> {
    await reply.headers(pageHeaders()).send(signedOutPage(this.signOuts.whyProviderLasts(provider)));
  }
}
