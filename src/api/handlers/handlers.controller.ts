import { Get, Param, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { unknownHandler } from '../../webhooks/discovery/handler.errors.js';
import { ApiController } from '../http/api-controller.decorator.js';
import { ApiId } from '../http/api-id.decorator.js';
import { type Page, pageOf } from '../http/cursor.js';
import { sendVersioned } from '../http/etag.js';
import { ListQuery } from '../http/list.query.js';
import { pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { HandlerDto } from './handler.dto.js';
import { HandlerReadsService } from './handler-reads.service.js';

/** What handles events. */
@ApiController('handlers')
export class HandlersController {
  constructor(private readonly handlers: HandlerReadsService) {}

  @Get()
  @Route({
    id: 'listHandlers',
    role: 'viewer',
    summary: 'The handlers, how much they have before them, and how fast they are',
    query: true,
    response: pageDto('HandlersPage', HandlerDto),
  })
  async list(@Query() query: ListQuery): Promise<Page<HandlerDto>> {
    return pageOf(await this.handlers.all(), query, ({ id }) => id);
  }

  @Get(':id')
  @ApiId('`Class.method`', 'PingHandler.pong')
  @Route({
    id: 'getHandler',
    role: 'viewer',
    summary: 'One handler',
    description:
      'Its ETag is of all that is told, the counts too; what can be changed is its `pause`, which has an ETag of its own.',
    version: 'read',
    response: HandlerDto,
    errors: [unknownHandler('Nobody.here', ['PingHandler.pong'])],
  })
  async get(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendVersioned(request, reply, await this.handlers.one(id));
  }
}
