import { Body, Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { type FastifyRequest } from 'fastify';
import { ANONYMOUS_BODY } from '../access/early-authentication.service.js';
import { RequiresRole } from '../requires-role.decorator.js';
import { BackChannelLogoutService } from './back-channel-logout.service.js';

/** Where the identity provider reports logouts; the logout token is the credential. */
@Controller('console/back-channel-logout')
export class BackChannelController {
  constructor(private readonly logouts: BackChannelLogoutService) {}

  /** Ends the sessions that the token names. */
  @Post()
  @RequiresRole('public')
  @RouteConfig(ANONYMOUS_BODY)
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async logout(@Body() body: { logout_token?: unknown } | undefined, @Req() { ip }: FastifyRequest): Promise<void> {
    await this.logouts.logout(body?.logout_token, ip);
  }
}
