import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { pageHeaders } from '../../common/page.js';
import { RequiresRole } from '../requires-role.decorator.js';
import { FrontChannelLogoutService, type FrontChannelQuery } from './front-channel-logout.service.js';

const FRAME_ANCESTORS = "frame-ancestors 'none'";

/** What the identity provider opens in a frame of the browser that signs out there. */
@Controller('console/front-channel-logout')
export class FrontChannelController {
  constructor(private readonly logouts: FrontChannelLogoutService) {}

  /** Ends the sessions that the query, or the browser's cookie, names. */
  @Get()
  @RequiresRole('public')
  async logout(
    @Query() query: FrontChannelQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.logouts.logout(query, request);
    await reply.headers(frameHeaders(this.logouts.frameOrigin)).send('<!doctype html><title>Signed out</title>');
  }
}

/** Only the provider may frame the response: a browser that may not show it may also cancel the request. */
function frameHeaders(origin = "'none'"): Record<string, string> {
  const headers = pageHeaders();
  const policy = headers['content-security-policy']?.replace(FRAME_ANCESTORS, `frame-ancestors ${origin}`) ?? '';
  return { ...headers, 'content-security-policy': policy };
}
