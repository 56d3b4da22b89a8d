import { Body, Delete, Get, Param, Put, Query, Req, Res } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { CurrentOperator } from '../../identity/current-operator.decorator.js';
import { actorOf, type Operator } from '../../identity/operator.js';
import { HandlerOperations } from '../../operations/handler.operations.js';
import { unknownHandler } from '../../webhooks/discovery/handler.errors.js';
import { ApiController, ApiId } from '../http/api-controller.decorator.js';
import { type Page, pageOf } from '../http/cursor.js';
import { requiredMatch, sendVersioned } from '../http/etag.js';
import { ListQuery, pageDto } from '../http/page.dto.js';
import { Route } from '../http/route.decorator.js';
import { HandlerDto, PauseDto, PauseRequestDto } from './handler.dto.js';

const HandlerId = ApiId('`Class.method`', 'PingHandler.pong');
const UNKNOWN = unknownHandler('PingHandler.pnog', ['PingHandler.pong']);

/** The handlers and their pauses. */
@ApiController('handlers')
export class HandlersController {
  constructor(private readonly operations: HandlerOperations) {}

  @Get()
  @Route({
    id: 'listHandlers',
    role: 'viewer',
    summary: 'List the handlers with their job counts and rates',
    query: true,
    response: pageDto('HandlersPage', HandlerDto),
  })
  async list(@Query() query: ListQuery): Promise<Page<HandlerDto>> {
    const all = await this.operations.list();
    return pageOf(all, query, ({ stats }) => stats.handler, HandlerDto.of);
  }

  @Get(':id')
  @HandlerId
  @Route({
    id: 'getHandler',
    role: 'viewer',
    summary: 'Get one handler',
    description: 'The ETag covers the whole response, counts included. Use the ETag of `pause` to change the pause.',
    version: 'read',
    response: HandlerDto,
    errors: [UNKNOWN],
  })
  async get(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendVersioned(request, reply, HandlerDto.of(await this.operations.require(id)));
  }

  @Get(':id/pause')
  @HandlerId
  @Route({
    id: 'getHandlerPause',
    role: 'viewer',
    summary: 'Get whether a handler is paused',
    version: 'read',
    response: PauseDto,
    errors: [UNKNOWN],
  })
  async getPause(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendVersioned(request, reply, await this.pauseOf(id));
  }

  @Put(':id/pause')
  @HandlerId
  @Route({
    id: 'pauseHandler',
    role: 'operator',
    summary: 'Pause a handler',
    description:
      'Within 5 s no process starts a run of it; current runs finish, and new events wait. An existing pause stays as it is.',
    version: 'changed',
    response: PauseDto,
    errors: [UNKNOWN],
  })
  async pause(
    @CurrentOperator() operator: Operator,
    @Param('id') id: string,
    @Body() { reason }: PauseRequestDto,
    @Req() request: FastifyRequest,
  ): Promise<PauseDto> {
    const expected = requiredMatch(request, () => this.pauseOf(id));
    return PauseDto.of(await this.operations.pause(actorOf(operator), id, reason, expected));
  }

  @Delete(':id/pause')
  @HandlerId
  @Route({
    id: 'resumeHandler',
    role: 'operator',
    summary: 'Resume a paused handler',
    version: 'changed',
    errors: [UNKNOWN],
  })
  async resume(
    @CurrentOperator() operator: Operator,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.operations.resume(
      actorOf(operator),
      id,
      requiredMatch(request, () => this.pauseOf(id)),
    );
  }

  private async pauseOf(id: string): Promise<PauseDto> {
    return PauseDto.of((await this.operations.require(id)).stats.pause);
  }
}
